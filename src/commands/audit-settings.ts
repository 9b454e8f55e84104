import type { AuditTiming } from '../audit/index.ts';
import type { Config } from '../config/index.ts';
import { AuditSettings } from '../record/index.ts';

/** What certificates are made with, as the configuration says. */
export function auditSettings({ audit }: Config): AuditSettings {
  return AuditSettings.create({
    windowUs: audit.windowMs * 1000,
    logDelayUs: audit.logDelayMs * 1000,
    silentUs: audit.silentMs * 1000,
    ignoresBytes: !audit.compareBytes,
    unrecordedRoutes: [...audit.unrecordedRoutes],
  });
}

/** When windows are judged. */
export function auditTiming({ audit }: Config): AuditTiming {
  return { graceUs: audit.graceMs * 1000, unloggedGraceUs: audit.unloggedGraceMs * 1000 };
}
