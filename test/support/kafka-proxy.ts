import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What the proxy does with a broker's reply. `cut`: the reply is lost and the connection ends; `lose`: only lost. */
export type ReplyFate = 'pass' | 'cut' | 'lose';

/** Api key of a Produce request (https://kafka.apache.org/protocol#protocol_api_keys). */
export const PRODUCE = 0;
/** Api key of a Fetch request. */
export const FETCH = 1;

/**
 * Stands between Kafka clients and a broker whose advertised address it is, and loses the requests and replies it is told to. It knows
 * of the protocol only how requests and replies are framed.
 */
export class KafkaProxy {
  /** Asked for each reply, with the api key of its request. */
  fate: (apiKey: number) => ReplyFate = () => 'pass';
  /** Asked for each request, with its api key: true loses it before the broker has it, and ends the connection. */
  losesRequest: (apiKey: number) => boolean = () => false;
  /** Where the broker listens. */
  target = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor() {
    this.server = createServer((client) => {
      this.accept(client);
    });
  }

  /** Listens on a free port. */
  static async listen(): Promise<KafkaProxy> {
    const proxy = new KafkaProxy();
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    const broker = connect(this.target, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    const requests = new Map<number, number>();
    const fromClient = new Frames();
    const fromBroker = new Frames();
    client.on('data', (data) => {
      for (const frame of fromClient.take(data)) {
        const apiKey = frame.readInt16BE(4);
        if (this.losesRequest(apiKey)) {
          end();
          return;
        }
        requests.set(frame.readInt32BE(8), apiKey);
        broker.write(frame);
      }
    });
    broker.on('data', (data) => {
      for (const frame of fromBroker.take(data)) {
        const correlation = frame.readInt32BE(4);
        const fate = this.fate(requests.get(correlation) ?? -1);
        requests.delete(correlation);
        if (fate === 'pass') client.write(frame);
        if (fate === 'cut') end();
      }
    });
  }
}

/** Cuts a stream into messages of Kafka's framing: a 32-bit length, then so many bytes. */
class Frames {
  private rest: Buffer = Buffer.alloc(0);

  take(data: Buffer): Buffer[] {
    this.rest = Buffer.concat([this.rest, data]);
    const frames: Buffer[] = [];
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readUInt32BE(0);
      if (this.rest.length < end) break;
      frames.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }
}
