#!/usr/bin/env node
/** argv → a command. Checks the runtime before anything else is loaded: an older Node can't read what follows. */
const REQUIRED_MAJOR = 24;
/** How long what is done may be kept from ending by what a library still waits for. */
const LINGERS_MS = 2_000;
const major = Number(process.versions.node.split('.')[0]);

if (major < REQUIRED_MAJOR) {
  process.stderr.write(
    `affidavit: needs Node ${REQUIRED_MAJOR} or later, this is ${process.versions.node}. From a checkout use: npm run -s affidavit -- …\n`,
  );
  process.exitCode = 3;
} else {
  const { main } = await import('./commands/index.ts');
  process.exitCode = await main(process.argv.slice(2), process.env);
  setTimeout(() => process.exit(), LINGERS_MS).unref();
}
