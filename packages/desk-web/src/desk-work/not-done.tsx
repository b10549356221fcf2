import type { ActResult } from '../commands/give.ts'
import { RefusalText } from '../commands/refusal-text.tsx'
import { useTranslate } from '../locales/index.ts'

/** Why something was not done, or that it is not known: the same again is safe then. */
export function NotDone({ result }: { readonly result: ActResult | undefined }) {
  const t = useTranslate()
  if (!result || result.is === 'applied') return null
  return (
    <div role="alert" className="urgent">
      {result.is === 'refused' ? (
        <RefusalText code={result.code} message={result.message} problems={result.problems} />
      ) : (
        <p className="small">{result.is === 'signInAgain' ? t('request.signInAgain') : t('request.act.lost')}</p>
      )}
    </div>
  )
}
