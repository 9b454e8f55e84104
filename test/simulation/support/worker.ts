import { parentPort, workerData } from 'node:worker_threads';
import { loadForSimulation } from './hooks.ts';
import { addUp } from './pool.ts';
import type { WorkerOrder, WorkerReport } from './pool.ts';

/** Entry of a thread that runs schedules: what it is ordered is in `workerData`, what comes of it is posted. */
const { seeds, mutations, mostFailures, verbose } = workerData as WorkerOrder;
loadForSimulation(mutations);
const { runSchedule } = await import('./schedule.ts');

const report: WorkerReport = { schedules: 0, steps: 0, disturbances: new Map(), failures: [], traces: [] };
for (const seed of seeds) {
  const { violations, trace, steps, disturbances } = await runSchedule(seed, verbose);
  report.schedules += 1;
  report.steps += steps;
  addUp(report.disturbances, disturbances);
  if (verbose) report.traces.push({ seed, trace });
  if (violations.length > 0) report.failures.push({ seed, violations, trace });
  if (report.failures.length >= mostFailures) break;
}
parentPort?.postMessage(report);
