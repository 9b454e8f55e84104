import { concat, fill, jsonText, type Marked } from '../marked.ts';
import type { Random } from '../random.ts';
import { list, object, raw, text, toJson } from '../tree.ts';
import type { Draft } from './maker.ts';

const KEYS = 'value|data|item|content|a1|field3|x|entry|note|text';
const SENTENCES = 'It says {} there.|{}|see {} below|we got {} back|first line: {}|{} is what was sent|copied {} over';

/** `value` under a key, in a list, in a sentence or on a line that says nothing of what it is. */
export function bareBody(random: Random, value: Marked): Draft {
  const key = random.word(KEYS);
  const make = random.pick([
    () => toJson(object([[key, text(value)]])),
    () =>
      toJson(
        object([
          ['index', raw(random.int(1, 9))],
          [key, object([[random.word(KEYS), text(value)]])],
        ]),
      ),
    () => toJson(list([text('first'), text(value)])),
    () => concat('{"message":"', jsonText(fill(random.word(SENTENCES), value)), '"}'),
    undefined,
    undefined,
  ]);
  if (make !== undefined) return { contentType: 'application/json', content: make() };
  return { contentType: 'text/plain; charset=utf-8', content: concat(fill(random.word(SENTENCES), value), '\n') };
}
