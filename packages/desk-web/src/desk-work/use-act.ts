import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'

/** The action of a button: whether it is under way, and its result if it failed. */
export function useAct(onDone: () => void) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ActResult>()
  async function act(perform: () => Promise<ActResult>): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    const result = await perform().finally(() => setBusy(false))
    if (result.is === 'applied') onDone()
    else setProblem(result)
  }
  return { act, isBusy, problem }
}
