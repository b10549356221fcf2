import type { ProfileFile } from '@holdfast/payment-stop/law'
import { type Clock, type Drivers, systemClock } from '@holdfast/runtime'
import { createStandalone } from '@holdfast/standalone'
import { type Settings, testSettings } from '@holdfast/test-kit/engine'
import { type InProcessEngine, startInProcess } from '@holdfast/test-kit/in-process-engine'

export type EmbeddedEngine = InProcessEngine

export interface EmbeddedEngineOptions {
  readonly clock?: Clock
  /** The clock by which idempotency keys expire. Default: the engine's. */
  readonly clockOfKeys?: Clock
  readonly partitions?: number
  /** A test's own clock moves faster than real time, so the engine checks deadlines more often. */
  readonly deadlineCheckMs?: number
  /** For a test that needs the address before the engine starts. Default: any free port. */
  readonly port?: number
  /** Settings of some countries that differ from the defaults. */
  readonly profiles?: ProfileFile
  /** Replaces the limits of a test, where members have no rate limit. */
  readonly env?: Settings
  /** Prepares the engine's folder before it starts. */
  readonly prepare?: (dataDir: string) => Promise<unknown>
  /** The length of a session, for a test that skips days. */
  readonly sessionMsMax?: number
  /** The secret of another engine, for two engines that encrypt the same data alike. */
  readonly keyStore?: Drivers['keyStore']
}

/** The whole engine in this process, on the embedded backends, in a folder of its own. */
export function startEmbeddedEngine(options: EmbeddedEngineOptions = {}): Promise<EmbeddedEngine> {
  const { clock = systemClock, clockOfKeys = clock, partitions = 1, deadlineCheckMs, port, prepare, profiles, keyStore } = options
  return startInProcess(createStandalone({ deadlineCheckMs, desk: { developmentSessionMsMax: options.sessionMsMax } }), {
    clock,
    clockOfDrivers: clockOfKeys,
    port,
    prepare,
    env: { ...testSettings, HOLDFAST_PARTITIONS: `${partitions}`, ...options.env },
    ...(profiles && { profileFile: profiles }),
    ...(keyStore && { replace: own => ({ ...own, keyStore }) }),
  })
}
