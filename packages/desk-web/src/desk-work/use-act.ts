import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'

/** One act of a button: whether it is on its way, and what came of it where it was not done. */
export function useAct(onDone: () => void) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ActResult>()
  async function act(perform: () => Promise<ActResult>): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    const given = await perform().finally(() => setBusy(false))
    if (given.is === 'applied') onDone()
    else setProblem(given)
  }
  return { act, isBusy, problem }
}
