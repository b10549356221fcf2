import { type RunOptions, type RunResult, run } from '../run.ts'

/** A run that still fails, with as few requests and faults as were found to suffice. */
export interface Smallest {
  readonly options: RunOptions
  readonly result: RunResult
}

const isWrong = ({ violations }: RunResult): boolean => violations.length > 0

/** Removes requests and then faults that are not needed for the failure. `triesMax` bounds the number of runs. */
export async function shrink(failing: RunOptions, triesMax = 150): Promise<Smallest> {
  let tries = 0
  let smallest: Smallest = { options: failing, result: await run(failing) }
  async function isStillWrong(options: RunOptions): Promise<boolean> {
    if (tries++ >= triesMax) return false
    const result = await run(options)
    if (isWrong(result)) smallest = { options, result }
    return isWrong(result)
  }
  for (let requests = 1; requests < failing.requests; requests = requests * 2) if (await isStillWrong({ ...failing, requests })) break
  for (let fault = 0; fault < smallest.result.faults; fault++) {
    const { options } = smallest
    if (options.leftOut?.has(fault)) continue
    await isStillWrong({ ...options, leftOut: new Set([...(options.leftOut ?? []), fault]) })
  }
  return smallest
}
