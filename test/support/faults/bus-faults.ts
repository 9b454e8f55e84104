import { PRODUCE } from '../kafka-proxy.ts';
import type { RelayMode } from './relay.ts';
import { withTopics } from './relay.ts';
import type { Fault, Rig } from './rig.ts';

const TOPIC = 'affidavit.records.v1';
const PIECE_BYTES = 97;
const DELAY_MS = 700;
/** How long who publishes may take to see that the topic is gone. */
const GONE_MS = 3_000;

/** The broker is away for a while. */
export function brokerDown(ms: number): Fault {
  return {
    name: `broker down for ${ms / 1000} s`,
    async inject(rig) {
      await rig.kill('broker');
      await rig.lasting(ms);
      await rig.start('broker');
    },
  };
}

function onTheWay(name: string, ms: number, set: (rig: Rig) => void): Fault {
  return {
    name: `on the way to the broker: ${name}`,
    async inject(rig) {
      set(rig);
      await rig.lasting(ms);
      const { proxy } = rig;
      proxy.fate = () => 'pass';
      proxy.losesRequest = () => false;
      proxy.delayMs = 0;
      proxy.pieceBytes = 0;
    },
  };
}

/** Everything that a network does to what is sent, each for a while. */
export function networkFaults(ms: number): Fault[] {
  return [
    onTheWay('replies are dropped', ms, ({ proxy, random }) => {
      proxy.fate = (api) => (api === PRODUCE && random.chance(0.3) ? 'cut' : 'pass');
    }),
    onTheWay('messages are dropped', ms, ({ proxy, random }) => {
      proxy.losesRequest = (api) => api === PRODUCE && random.chance(0.3);
    }),
    onTheWay('replies are late', ms, ({ proxy }) => {
      proxy.delayMs = DELAY_MS;
    }),
    onTheWay('everything comes in pieces', ms, ({ proxy }) => {
      proxy.pieceBytes = PIECE_BYTES;
    }),
    onTheWay('connections are cut', ms, ({ proxy, random }) => {
      const timer = setInterval(() => {
        if (random.chance(0.5)) proxy.cutAll();
      }, ms / 10);
      setTimeout(() => {
        clearInterval(timer);
      }, ms);
    }),
  ];
}

function relayed(name: string, ms: number, mode: Partial<RelayMode>): Fault {
  return {
    name: `messages of the topic: ${name}`,
    async inject(rig) {
      const { relay } = rig;
      if (relay === undefined) throw new Error('this rig has no relay');
      const asItWas = relay.mode;
      relay.mode = { ...asItWas, ...mode };
      if ((mode.corrupts ?? 0) > 0) rig.expected.quarantine = true;
      if (mode.shuffles === true) rig.expected.reordered = true;
      await rig.lasting(ms);
      relay.mode = asItWas;
    },
  };
}

/** Messages come more than once, in another order, and with wrong bits. */
export function messageFaults(ms: number): Fault[] {
  return [
    relayed('duplicated', ms, { doubles: 0.5 }),
    relayed('reordered', ms, { shuffles: true }),
    relayed('copies with a wrong bit', ms, { corrupts: 0.5 }),
    relayed('all of it', ms, { doubles: 0.3, shuffles: true, corrupts: 0.3 }),
  ];
}

/** The topic is deleted, with what the ledger has not read yet; who publishes makes it anew, and publishes that again. */
export function topicMadeAnew(): Fault {
  return {
    name: 'the topic is deleted, and made anew',
    async inject(rig) {
      rig.expected.jumps = true;
      await rig.stop('ledger');
      await rig.untilAnswered();
      const broker = `127.0.0.1:${rig.proxy.port}`;
      await withTopics(broker, (admin) => admin.deleteTopics({ topics: [TOPIC] }));
      await rig.untilAnswered();
      await rig.lasting(GONE_MS);
      await rig.start('ledger');
    },
  };
}
