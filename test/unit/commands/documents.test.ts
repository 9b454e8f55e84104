import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/processes.ts';
import { referencePage } from '../../../src/config/index.ts';

describe('ARCHITECTURE.md', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted);
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
    .join('\n');

  it('names files and folders that there are', () => {
    const paths = code.filter((quoted) => /^[\w./-]+\/([\w.-]+\.(ts|proto|md))?$/.test(quoted));
    assert.ok(paths.length > 40);
    for (const path of paths) assert.ok(existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'src', path)), path);
  });

  it('names functions, classes and methods that there are', () => {
    const names = code.filter((quoted) => /^[a-zA-Z]+[A-Z]\w*$|^[A-Z]\w+(\.\w+)?$/.test(quoted));
    assert.ok(names.length > 30);
    for (const name of names.flatMap((quoted) => quoted.split('.')))
      assert.match(sources, new RegExp(`\\b${name}\\b`), name);
  });
});

describe('README.md', () => {
  it('sets each variable that its commands use', () => {
    const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const commands = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block).join('');
    const used = new Set([...commands.matchAll(/\$([A-Z_]+)/g)].map(([, name = '']) => name));
    assert.ok(used.has('LOG_KEY'));
    for (const name of used) assert.match(commands, new RegExp(`^(.* )?${name}=`, 'm'));
  });
});

describe('docs/configuration.md', () => {
  it('is what affidavit config print --reference prints', () => {
    assert.equal(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8'), referencePage());
  });
});
