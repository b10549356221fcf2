import { loadProfiles, type ProfileFile } from '@holdfast/profiles'
import { type Clock, type Drivers, systemClock } from '@holdfast/runtime'
import { createStandalone } from '@holdfast/standalone'
import { type Settings, testSettings } from '@holdfast/test-kit/engine'
import { type InProcessEngine, startInProcess } from '@holdfast/test-kit/in-process-engine'

export type EmbeddedEngine = InProcessEngine

export interface EmbeddedEngineOptions {
  readonly clock?: Clock
  /** By which answers to keys are forgotten; default the engine's. */
  readonly clockOfKeys?: Clock
  readonly partitions?: number
  /** A clock of one's own moves faster than a second a second, so deadlines are looked for more often. */
  readonly lookForDeadlinesEveryMs?: number
  /** For who has to know the address before there is an engine. Default any free one. */
  readonly port?: number
  /** What some countries want otherwise than the defaults. */
  readonly profiles?: ProfileFile
  /** Over those of a test: there members ask as often as they like. */
  readonly env?: Settings
  /** What has to be in the engine's folder when it starts. */
  readonly prepare?: (dataDir: string) => Promise<unknown>
  /** How long who signs in stays signed in, for who leaps over days. */
  readonly sessionMsMax?: number
  /** That of another engine, for two that seal the same words alike. */
  readonly keyStore?: Drivers['keyStore']
}

/** The whole engine in this process, on the embedded backends in a folder of its own. */
export function startEmbeddedEngine(options: EmbeddedEngineOptions = {}): Promise<EmbeddedEngine> {
  const { clock = systemClock, clockOfKeys = clock, partitions = 1, lookForDeadlinesEveryMs, port, prepare, profiles, keyStore } = options
  return startInProcess(createStandalone({ lookForDeadlinesEveryMs, desk: { developmentSessionMsMax: options.sessionMsMax } }), {
    clock,
    clockOfDrivers: clockOfKeys,
    port,
    prepare,
    env: { ...testSettings, HOLDFAST_PARTITIONS: `${partitions}`, ...options.env },
    ...(profiles && { profiles: loadProfiles(profiles) }),
    ...(keyStore && { replace: own => ({ ...own, keyStore }) }),
  })
}
