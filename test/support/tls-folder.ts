import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issued } from './certificates.ts';

/** A folder of certificates and keys that are replaced as a tool for certificates would: each file whole. */
export class TlsFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a temporary one. */
  static async make(): Promise<TlsFolder> {
    return new TlsFolder(await mkdtemp(join(tmpdir(), 'affidavit-tls-')));
  }

  /** Path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Puts `<name>.crt` and `<name>.key` into it. */
  async put(name: string, { certificate, key }: Issued): Promise<void> {
    await this.replace(`${name}.key`, key);
    await this.replace(`${name}.crt`, certificate);
  }

  /** Puts a file into it. */
  async replace(name: string, text: string): Promise<void> {
    await writeFile(this.file('new'), text);
    await rename(this.file('new'), this.file(name));
  }

  /** Removes it. */
  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
