import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { Button } from '../../components/button.tsx'
import { download } from '../../components/download.ts'
import { useTranslate } from '../../locales/index.ts'
import type { AnyFact } from '../facts/any-fact.ts'
import { factLines, factsFileName, factsMediaType } from '../facts/fact-lines.ts'

interface FactsButtonProps {
  readonly request: PaymentStopView
  readonly facts: readonly AnyFact[]
  readonly isWhole: boolean
}

/** Saves the facts of a request as a file that can be verified without the engine, once all of them have arrived. */
export function FactsButton({ request: { requestingCountry, caseReference, requestId }, facts, isWhole }: FactsButtonProps) {
  const t = useTranslate()
  const name = factsFileName(requestingCountry, `${caseReference}-${requestId.slice(0, 8)}`)
  return (
    <p>
      <Button kind="small" disabled={!isWhole} onClick={() => download(name, factsMediaType, factLines(facts))}>
        {t('case.bundle')}
      </Button>
    </p>
  )
}
