import type { Launch } from '../../../demo/system.ts';
import type { Evidence, Tally } from './reckoning.ts';

/** A process that can be broken. */
export type Victim = Producing | 'broker' | 'envoy';

/** What a fault came to. */
export interface FaultRow extends Tally {
  readonly name: string;
  readonly profile: string;
  /** Processes that were killed with SIGKILL. */
  readonly kills: number;
}

/** How a rig is set up. */
export interface RigOptions {
  readonly profile: Evidence['profile'];
  /** Of the calls, and of the moments at which something breaks. */
  readonly seed: number;
  /** Spool of the recorder and log each on a small disk of their own; only root can. */
  readonly disks?: boolean;
  /** The ledger reads another topic than the one that is written to; what stands between them can change that. */
  readonly relay?: boolean;
}

/** Changes how a process is started. */
export type Relaunch = (launch: Launch) => Launch;

/** A process of Affidavit. */
export type Producing = 'recorder' | 'accessLog' | 'auditor' | 'ledger';
