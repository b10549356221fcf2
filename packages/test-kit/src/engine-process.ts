import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { type Addresses, type SettingsIn, settingsIn, testSettings } from './engine.ts'
import { createServiceProcess, type ServiceProcess } from './service-process.ts'

/** The standalone engine as a process of its own, on one file. */
export interface EngineProcess extends ServiceProcess, Addresses {
  readonly logFile: string
  /** Ends it in order, and removes its folder. */
  stop(): Promise<void>
}

export interface EngineProcessOptions {
  /** Over those of a test. */
  readonly env?: SettingsIn
  /** What has to be in the engine's folder when it starts. */
  readonly prepare?: (dataDir: string) => unknown
}

export async function startEngineProcess({ env, prepare }: EngineProcessOptions = {}): Promise<EngineProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-engine-'))
  const dataDir = join(folder, 'data')
  const logFile = join(folder, 'engine.log')
  ensureDevelopmentMembers(dataDir)
  await prepare?.(dataDir)
  const service = await createServiceProcess('standalone', {
    env: { ...testSettings, HOLDFAST_DATA: dataDir, ...settingsIn(dataDir, env) },
    logFile,
  })
  const stop = async () => {
    await service.kill('SIGTERM')
    // Kept on request, to read the log of a test that failed.
    if (!process.env.HOLDFAST_TEST_KEEP) await rm(folder, { recursive: true, force: true })
  }
  try {
    await service.start()
  } catch (error) {
    await stop()
    throw error
  }
  return Object.assign(service, { intakeUrl: service.url, deskUrl: service.url, dataDir, logFile, stop })
}
