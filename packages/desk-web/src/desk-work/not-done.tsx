import type { ActResult } from '../commands/give.ts'
import { RefusalText } from '../commands/refusal-text.tsx'
import { useWords } from '../words/index.ts'

/** Why something was not done, or that it is not known: the same again is safe then. */
export function NotDone({ given }: { readonly given: ActResult | undefined }) {
  const { request } = useWords()
  if (!given || given.is === 'applied') return null
  return (
    <div role="alert" className="urgent">
      {given.is === 'refused' ? (
        <RefusalText code={given.code} message={given.message} problems={given.problems} />
      ) : (
        <p className="small">{given.is === 'signInAgain' ? request.signInAgain : request.act.lost}</p>
      )}
    </div>
  )
}
