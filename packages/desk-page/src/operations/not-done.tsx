import { Outcome } from '../commands/act-steps.tsx'
import type { Failure } from '../commands/failure.ts'
import { useWords } from '../words/index.ts'

interface NotDoneProps {
  readonly outcome: Failure
  readonly isBusy: boolean
  again(): void
  close(): void
}

/** Why a redrive was not done, and what to do next. */
export function NotDone(props: NotDoneProps) {
  const { refused, unknownOutcome: lost, signInAgain, again } = useWords().operations
  return <Outcome {...props} sentence={{ refused, lost, signInAgain }[props.outcome.is]} againWord={again} />
}
