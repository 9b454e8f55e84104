import assert from 'node:assert/strict';
import type { Finding } from '../../../../bench/corpus/engine.ts';
import type { Entity } from '../../../../bench/corpus/entities.ts';
import type { Label, LabelledBody } from '../../../../bench/corpus/body.ts';
import { isMet, missLines, scoreLines } from '../../../../bench/corpus/report.ts';
import { essence, precisionOf, recallOf, type Score, Scorer, type Tally } from '../../../../bench/corpus/score.ts';

/** A body in whose text `⟦entity value⟧` is a label, `⟦!entity value⟧` a look-alike, `⟦?entity value⟧` optional. */
function bodyOf(template: string, isEncoded = false): LabelledBody {
  const kinds: Record<string, Label[]> = { '': [], '!': [], '?': [] };
  let text = '';
  let last = 0;
  for (const match of template.matchAll(/⟦([!?]?)(\w+) ([^⟧]*)⟧/g)) {
    const [whole, kind = '', entity = '', value = ''] = match;
    text += template.slice(last, match.index);
    kinds[kind]?.push({
      entity: entity as Entity,
      start: text.length,
      end: text.length + value.length,
      value,
      isEncoded,
    });
    text += value;
    last = match.index + whole.length;
  }
  text += template.slice(last);
  const [labels = [], negatives = [], optional = []] = [kinds[''], kinds['!'], kinds['?']];
  return {
    id: 0,
    style: 'generated',
    format: 'note',
    contentType: 'text/plain; charset=utf-8',
    text,
    labels,
    negatives,
    optional,
  };
}

/** The finding of `value` in `body`. */
function finding(body: LabelledBody, entity: string, value: string): Finding {
  const start = body.text.indexOf(value);
  assert.notEqual(start, -1);
  return { entity, start, end: start + value.length };
}

function scoreOf(body: LabelledBody, ...found: readonly (readonly [entity: string, value: string])[]): Score {
  const scorer = new Scorer();
  scorer.add(body, { findings: found.map(([entity, value]) => finding(body, entity, value)) });
  return scorer.score;
}

function tally(score: Score, entity: string): Tally {
  const counted = score.byEntity.get(entity);
  assert.ok(counted !== undefined);
  return counted;
}

describe('scoring', () => {
  it('finds a label that is covered to four fifths, by one finding or by several', () => {
    const body = bodyOf('card ⟦card 4111 1111 1111 1111⟧ was charged');
    assert.equal(tally(scoreOf(body, ['card', '4111 1111 1111 1111']), 'card').found, 1);
    assert.equal(tally(scoreOf(body, ['card', '4111 1111 1111 1']), 'card').found, 1);
    assert.equal(tally(scoreOf(body, ['card', '4111 1111 1111']), 'card').found, 0);
    assert.equal(tally(scoreOf(body, ['card', '4111 1111'], ['card', '1111 1111']), 'card').found, 0);
    assert.equal(
      tally(scoreOf(bodyOf('⟦person_name Ann Lee⟧'), ['person_name', 'Ann'], ['person_name', 'Lee']), 'person_name')
        .found,
      1,
    );
  });

  it('counts a character once that two findings cover', () => {
    const body = bodyOf('⟦credential abcdefghij⟧');
    assert.equal(tally(scoreOf(body, ['credential', 'abcde'], ['credential', 'bcdef']), 'credential').found, 0);
  });

  it('asks for no punctuation, quotes or scheme words at the ends', () => {
    assert.equal(
      tally(scoreOf(bodyOf('⟦credential Bearer abcdefgh⟧'), ['credential', 'abcdefgh']), 'credential').found,
      1,
    );
    assert.equal(tally(scoreOf(bodyOf('⟦credential "ab12!!"⟧'), ['credential', 'ab12']), 'credential').found, 1);
    const [label] = bodyOf('⟦credential !!!!⟧').labels;
    assert.ok(label !== undefined);
    assert.deepEqual(essence(label), { start: 0, end: 4 });
  });

  it('counts a finding beyond any label as a false alarm, and the look-alike that it meets', () => {
    const score = scoreOf(
      bodyOf('order ⟦!us_ssn 123456789⟧, ssn ⟦us_ssn 219-09-9999⟧'),
      ['us_ssn', '123456789'],
      ['us_ssn', '219-09-9999'],
    );
    const { positives, found, negatives, alarmed, right, falseAlarms } = tally(score, 'us_ssn');
    assert.deepEqual([positives, found, negatives, alarmed, right, falseAlarms], [1, 1, 1, 1, 1, 1]);
    assert.deepEqual([recallOf(tally(score, 'us_ssn')), precisionOf(tally(score, 'us_ssn'))], [1, 0.5]);
    assert.deepEqual(
      score.misses.map(({ kind, start }) => [kind, start]),
      [['false alarm', 6]],
    );
  });

  it('takes one secret for another', () => {
    const score = scoreOf(bodyOf('⟦github_token ghp_abcdefgh⟧'), ['credential', 'ghp_abcdefgh']);
    assert.equal(tally(score, 'github_token').found, 1);
    assert.deepEqual([tally(score, 'credential').right, tally(score, 'credential').wrongNames], [1, 0]);
  });

  it('finds one identity number under the name of another, but as a wrong name', () => {
    const score = scoreOf(bodyOf('⟦nl_bsn 111222333⟧'), ['ca_sin', '111222333']);
    assert.equal(tally(score, 'nl_bsn').found, 1);
    assert.deepEqual([tally(score, 'ca_sin').wrongNames, precisionOf(tally(score, 'ca_sin'))], [1, 0]);
  });

  it('does not find a label under the name of something else', () => {
    const score = scoreOf(bodyOf('⟦phone 4155552671⟧'), ['us_npi', '4155552671']);
    assert.deepEqual(
      [tally(score, 'phone').found, tally(score, 'us_npi').wrongNames, tally(score, 'us_npi').falseAlarms],
      [0, 1, 0],
    );
    assert.deepEqual(
      score.misses.map(({ kind, entity }) => `${kind} ${entity}`),
      ['missed phone', 'wrong name us_npi'],
    );
  });

  it('lets by-catch be within what is found under its own name', () => {
    const body = bodyOf(
      '⟦?connection_string redis://u:⟧⟦connection_string secret9⟧⟦?connection_string @cache.example.com⟧',
    );
    const score = scoreOf(body, ['connection_string', body.text], ['email', 'secret9@cache.example.com']);
    assert.equal(tally(score, 'connection_string').found, 1);
    assert.deepEqual(
      [tally(score, 'email').wrongNames, tally(score, 'email').falseAlarms, tally(score, 'email').right],
      [0, 0, 0],
    );
    const both = scoreOf(
      bodyOf('⟦iban DE89370400440532013000⟧'),
      ['iban', 'DE89370400440532013000'],
      ['card', '370400440532013000'],
    );
    assert.equal(tally(both, 'card').wrongNames, 0);
  });

  it('neither asks for what is optional nor minds it', () => {
    const score = scoreOf(bodyOf('⟦?person_name Ann⟧ wrote'), ['person_name', 'Ann']);
    const { positives, right, falseAlarms, wrongNames } = tally(score, 'person_name');
    assert.deepEqual([positives, right, falseAlarms, wrongNames], [0, 0, 0, 0]);
    assert.equal(scoreOf(bodyOf('⟦?person_name Ann⟧ wrote')).misses.length, 0);
  });

  it('asks of a JSON Web Token for its signature alone, of an unsigned one for all', () => {
    const signed = bodyOf('⟦jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl⟧');
    assert.equal(tally(scoreOf(signed, ['jwt', 'c2lnbmF0dXJl']), 'jwt').found, 1);
    assert.equal(tally(scoreOf(signed, ['jwt', 'eyJzdWIiOiIxIn0']), 'jwt').found, 0);
    const unsigned = bodyOf('⟦jwt eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.⟧');
    assert.equal(tally(scoreOf(unsigned, ['jwt', 'eyJzdWIiOiIxIn0']), 'jwt').found, 0);
    assert.equal(tally(scoreOf(unsigned, ['jwt', unsigned.text]), 'jwt').found, 1);
  });

  it('takes any finding for what is within base64', () => {
    const score = scoreOf(bodyOf('⟦us_ssn MjE5LTA5⟧', true), ['credential', 'MjE5LTA5']);
    assert.deepEqual([tally(score, 'us_ssn').found, tally(score, 'credential').right], [1, 1]);
  });

  it('touches a label from its first to before its last offset, not beside it', () => {
    const body = bodyOf('ab⟦email cd⟧ef');
    const scorer = new Scorer();
    const findings = [
      { entity: 'email', start: 0, end: 2 },
      { entity: 'email', start: 4, end: 6 },
    ];
    scorer.add(body, { findings });
    assert.equal(tally(scorer.score, 'email').falseAlarms, 2);
  });

  it('counts by media type, without its parameters, and by format', () => {
    const score = scoreOf(bodyOf('⟦email a@b.co⟧'), ['email', 'a@b.co']);
    assert.deepEqual([score.byType.get('text/plain')?.found, score.byFormat.get('note')?.found], [1, 1]);
  });
});

describe('the report of a score', () => {
  const base: Tally = { positives: 100, found: 98, negatives: 0, alarmed: 0, right: 96, falseAlarms: 4, wrongNames: 0 };

  it('holds each entity against its bars', () => {
    assert.deepEqual([isMet('us_ssn', base), isMet('email', base)], [true, false]);
    assert.ok(!isMet('us_ssn', { ...base, found: 97 }));
    assert.ok(!isMet('us_ssn', { ...base, wrongNames: 2 }));
    assert.ok(isMet('email', { ...base, found: 99, right: 99, falseAlarms: 1 }));
    assert.ok(!isMet('us_ssn', { ...base, found: 0, right: 0, falseAlarms: 0 }), 'nothing found is nothing met');
  });

  it('has a row for each entity, or for one alone', () => {
    const score = scoreOf(bodyOf('⟦email a@b.co⟧'));
    assert.ok(scoreLines(score).some((line) => line.startsWith('| us_ssn ')));
    assert.equal(scoreLines(score, 'email').length, 3);
  });

  it('shows what was missed with the text around it, as many as asked for', () => {
    const score = scoreOf(bodyOf('write\nto ⟦email a@b.co⟧ or ⟦email c@d.co⟧, ssn ⟦us_ssn 219-09-9999⟧'));
    const lines = missLines(score.misses, 1);
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^missed email in body 0 .*: write to ⟦a@b\.co⟧ or c@d\.co/);
    assert.deepEqual([missLines(score.misses, 5, 'email').length, missLines(score.misses, 0).length], [2, 0]);
  });
});
