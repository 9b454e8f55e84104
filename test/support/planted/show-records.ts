import { main, systemPorts } from '../../../src/commands/index.ts';

/** `affidavit show --content --json` for each of several records in one process: the data folder, then their numbers. */
const [data = '', ...numbers] = process.argv.slice(2);
for (const number of numbers) {
  const code = await main(['show', number, '--content', '--json', '--data', data], process.env, systemPorts);
  if (code !== 0) process.exitCode = code;
}
