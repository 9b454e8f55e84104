import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directTarget, type Target, throughEnvoy } from '../../../demo/client/transport.ts';
import { envoyConfig, type EnvoyProfile } from '../../../demo/envoy-config.ts';
import { startOrders } from '../../../demo/services/orders.ts';
import { startPayments } from '../../../demo/services/payments.ts';
import type { SampleService } from '../../../demo/services/server.ts';
import { freePort } from '../../../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../../../scripts/start-envoy.ts';

/** Both sample services and an Envoy in front of them. */
export interface ServicesBehindEnvoy {
  readonly orders: SampleService;
  readonly payments: SampleService;
  readonly envoy: Envoy;
  readonly listener: number;
  readonly through: Target;
  readonly direct: Target;
  stop(): Promise<void>;
}

/** Starts them on free ports; nobody listens where the configuration expects the recorder. */
export async function startBehindEnvoy(profile: EnvoyProfile): Promise<ServicesBehindEnvoy> {
  const dir = await mkdtemp(join(tmpdir(), 'affidavit-demo-'));
  const [orders, payments] = [await startOrders(), await startPayments()];
  const [listener, recorder] = [await freePort(), await freePort()];
  const services = { orders: orders.port, ordersGrpc: orders.grpcPort };
  const ports = { ...services, payments: payments.port, paymentsGrpc: payments.grpcPort, listener, recorder };
  const envoy = await startEnvoy({ config: envoyConfig({ profile, ports }), dir });
  const stop = async (): Promise<void> => {
    await envoy.stop();
    await Promise.all([orders.close(), payments.close()]);
    await rm(dir, { recursive: true });
  };
  const targets = { through: throughEnvoy(listener), direct: directTarget(orders, payments) };
  return { orders, payments, envoy, listener, ...targets, stop };
}
