import { useState } from 'react'
import { type Redriven, redriven } from './redriving.ts'

/** Where a dialog is that sends or tries something again: looking, reviewing, or told what became of it. */
export function useRedrive<T>(send: () => Promise<T>) {
  const [isReview, setReview] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Redriven<T>>()
  async function confirm(): Promise<void> {
    setBusy(true)
    setOutcome(await redriven(send).finally(() => setBusy(false)))
  }
  return { isReview, setReview, isBusy, outcome, confirm: () => void confirm() }
}
