import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../../../../scripts/processes.ts';

/** One line of a Containerfile, continuations joined. */
interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** Every instruction that makes one target, those of the stages that it stands on included, in order. */
export class Image {
  readonly instructions: readonly Instruction[];

  private constructor(instructions: readonly Instruction[]) {
    this.instructions = instructions;
  }

  /** Reads a Containerfile of this repository. Throws for a target that isn't in it. */
  static read(path: string, target: string): Image {
    const text = readFileSync(join(ROOT, path), 'utf8').replaceAll('\\\n', ' ');
    const lines = text.split('\n').filter((line) => /^[A-Z]+ /.test(line));
    const stages = new Map<string, Instruction[]>();
    let stage: Instruction[] = [];
    for (const line of lines) {
      const [, name = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
      if (name === 'FROM') {
        const [, base = '', as = ''] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
        stage = [...(stages.get(base) ?? [{ name, text: base }])];
        stages.set(as, stage);
      } else stage.push({ name, text: rest });
    }
    const found = stages.get(target);
    if (found === undefined) throw new Error(`${path} has no target ${target}`);
    return new Image(found);
  }

  /** The texts of the instructions with a name. */
  all(name: string): string[] {
    return this.instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
  }

  /** The packages that its `npm ci` installs, as folders below node_modules. */
  packages(): string[] {
    const install = this.all('RUN').find((text) => text.startsWith('npm ci ')) ?? '';
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
    };
    const [noDev, noOptional] = ['dev', 'optional'].map((what) => install.includes(`--omit=${what}`));
    return Object.entries(lock.packages)
      .filter(([path]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
      .filter(([, { dev, optional }]) => !(dev === true && noDev) && !(optional === true && noOptional))
      .map(([path]) => path.slice('node_modules/'.length));
  }

  /**
   * Puts the image's working folder together: what is copied, and a node_modules that has no more packages than the
   * image would. `rewrite` is asked for the text of YAML files.
   */
  async build(folder: string, rewrite: (text: string) => string): Promise<void> {
    for (const text of this.all('COPY')) {
      const words = text.split(/ +/);
      const to = words.pop() ?? '';
      for (const from of words) await copy(from, words.length > 1 || to.endsWith('/') ? join(to, from) : to, folder);
    }
    for (const name of this.packages()) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), link);
    }
    async function copy(from: string, to: string, into: string): Promise<void> {
      await cp(join(ROOT, from), join(into, to), { recursive: true });
      if (!to.endsWith('.yaml')) return;
      await writeFile(join(into, to), rewrite(await readFile(join(into, to), 'utf8')));
    }
  }
}
