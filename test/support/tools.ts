import type { Context } from 'mocha';
import { envoyTools } from '../../scripts/envoy.ts';
import { kafkaTools } from '../../scripts/kafka.ts';
import { hasTool, missingLine, type ToolName } from '../../scripts/tools.ts';

/** A tool, or what is fetched with tools: nothing is needed once it is there. */
export type Need = ToolName | 'kafka' | 'envoy';

const found = new Map<ToolName, Promise<boolean>>();

function isThere(tool: ToolName): Promise<boolean> {
  const known = found.get(tool) ?? hasTool(tool);
  found.set(tool, known);
  return known;
}

function toolsFor(need: Need): readonly ToolName[] {
  if (need === 'kafka') return kafkaTools();
  return need === 'envoy' ? envoyTools() : [need];
}

/**
 * Skips a test, or what a hook stands before, where something that it needs is missing, and prints what that is. In CI
 * the runner takes a skipped test for a failed one.
 */
export async function requireOrSkip(context: Context, ...needs: readonly Need[]): Promise<void> {
  const tools = [...new Set(needs.flatMap(toolsFor))];
  const present = await Promise.all(tools.map(isThere));
  const missing = tools.filter((_, index) => present[index] === false);
  if (missing.length === 0) return;
  console.log(`    skipped for what is ${missingLine(missing)}`);
  context.skip();
}
