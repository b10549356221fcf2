import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import { startProcess } from '@holdfast/test-kit/start-process'
import { campaignFolderName, makeFolder } from '../engine/folders.ts'
import type { WorkerMessage } from './worker.ts'

const program = fileURLToPath(new URL('../../main.ts', import.meta.url))

export interface WorkerTask {
  readonly workers: number
  /** Arguments of the command line that define the campaign. */
  readonly args: readonly string[]
  /** Receives the report of each run; true stops all workers. */
  readonly take: (told: WorkerMessage) => boolean
}

/** The number of this worker and of all workers. */
export const workerTaskName = 'HOLDFAST_SIMULATION_SHARE'

/** Distributes a campaign among processes. Returns whether all of them ended by themselves with success. */
export async function distribute({ workers, args, take }: WorkerTask): Promise<boolean> {
  let isEnough = false
  const folder = makeFolder()
  const children = Array.from({ length: workers }, (_, n) => {
    const child = startProcess(process.execPath, [...process.execArgv, program, ...args], {
      env: { NODE_COMPILE_CACHE: compiledFolder, ...process.env, [workerTaskName]: `${n}/${workers}`, [campaignFolderName]: folder },
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', message => {
      if (isEnough || !take(message as WorkerMessage)) return
      isEnough = true
      for (const each of children) each.kill()
    })
    return child
  })
  const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0] as number | null))
  rmSync(folder, { recursive: true, force: true })
  return codes.every(code => code === 0)
}
