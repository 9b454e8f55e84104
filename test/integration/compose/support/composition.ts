import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort, ROOT } from '../../../../scripts/processes.ts';

/** A service, as far as docker-compose.yml uses what there is. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly network_mode: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

/** docker-compose.yml. */
export interface Composition {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** What the composition's Envoy changes in the configuration that it is given: an expression of sed. */
export function envoyEdit({ services }: Composition): string {
  const script = services['envoy']?.command?.at(-1) ?? '';
  const [, expression] = /sed -e '([^']+)' \S+ > \S+ && exec envoy/.exec(script) ?? [];
  if (expression === undefined) throw new Error(`Envoy's command edits nothing: ${script}`);
  // Compose reads a dollar sign in it as the begin of a variable unless it is doubled.
  return expression.replaceAll('$$', '$');
}

/** The text of docker-compose.yml read, after `rewrite`. */
export function readComposition(rewrite: (text: string) => string = (text) => text): Composition {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  return parse(rewrite(text), { merge: true }) as Composition;
}

const PORTS = [10000, 9901, 7070, 7071, 7080, 9092, 9093, 8081, 8082, 9081, 9082];

/** The same text with other ports and another place for `/data`, so that several can run on one machine. */
export class Moved {
  readonly ports: ReadonlyMap<string, number>;
  readonly #data: string;

  private constructor(ports: ReadonlyMap<string, number>, data: string) {
    this.ports = ports;
    this.#data = data;
  }

  /** @param data what takes the place of `/data` */
  static async to(data: string): Promise<Moved> {
    const ports = new Map<string, number>();
    for (const port of PORTS) ports.set(String(port), await freePort());
    return new Moved(ports, data);
  }

  /** Where a port of the composition is. */
  port(shipped: number): number {
    return this.ports.get(String(shipped)) ?? 0;
  }

  /** A text that names ports and folders of the composition. `$$` is a dollar sign in it. */
  readonly text = (text: string): string =>
    text
      .replaceAll(/\b\d{4,5}\b/g, (number) => String(this.ports.get(number) ?? number))
      .replaceAll(/\/data(?=\/)/g, this.#data)
      .replaceAll('$$', '$')
      .replaceAll(/\$\{\w+:-(\w+)\}/g, '$1');
}
