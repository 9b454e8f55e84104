import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** What the proxy does with a broker's reply. `cut`: the reply is lost and the connection ends; `lose`: only lost. */
export type ReplyFate = 'pass' | 'cut' | 'lose';

/** Api key of a Produce request (https://kafka.apache.org/protocol#protocol_api_keys). */
export const PRODUCE = 0;
/** Api key of a Fetch request. */
export const FETCH = 1;
/** Api key of a ListOffsets request. */
export const LIST_OFFSETS = 2;
/** Api key of a JoinGroup request. */
export const JOIN_GROUP = 11;

/**
 * Stands between Kafka clients and a broker whose advertised address it is, and loses the requests and replies it is told to. It knows
 * of the protocol only how requests and replies are framed.
 */
export class KafkaProxy {
  /** Asked for each reply, with the api key of its request. */
  fate: (apiKey: number) => ReplyFate = () => 'pass';
  /** Asked for each request, with its api key: true loses it before the broker has it, and ends the connection. */
  losesRequest: (apiKey: number) => boolean = () => false;
  /** How long each reply is on its way. */
  delayMs = 0;
  /** Most bytes of what is written at once, so that each message comes in pieces; 0: no bound. */
  pieceBytes = 0;
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
    let requestsSent = Promise.resolve();
    let replies = Promise.resolve();
    client.on('data', (data) => {
      for (const frame of fromClient.take(data)) {
        const apiKey = frame.readInt16BE(4);
        if (this.losesRequest(apiKey)) {
          end();
          return;
        }
        requests.set(frame.readInt32BE(8), apiKey);
        requestsSent = requestsSent.then(() => this.pass(frame, broker));
      }
    });
    broker.on('data', (data) => {
      for (const frame of fromBroker.take(data)) {
        const correlation = frame.readInt32BE(4);
        const fate = this.fate(requests.get(correlation) ?? -1);
        requests.delete(correlation);
        if (fate === 'pass') replies = replies.then(() => this.passLater(frame, client));
        if (fate === 'cut') end();
      }
    });
  }

  private async passLater(frame: Buffer, to: Socket): Promise<void> {
    if (this.delayMs > 0) await delay(this.delayMs);
    await this.pass(frame, to);
  }

  /** Writes all of it, or piece by piece. */
  private async pass(frame: Buffer, to: Socket): Promise<void> {
    const { pieceBytes } = this;
    if (pieceBytes === 0) {
      to.write(frame);
      return;
    }
    for (let at = 0; at < frame.length; at += pieceBytes) {
      to.write(frame.subarray(at, at + pieceBytes));
      await nextTurn();
    }
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
