import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { CaseView } from '@holdfast/schemas'
import { useMutation } from '@tanstack/react-query'
import { Button } from '../../components/button.tsx'
import { download } from '../../components/download.ts'
import { NotReached } from '../../components/not-reached.tsx'
import { useTranslate } from '../../locales/index.ts'
import { factLines, factsFileName, factsMediaType } from '../facts/fact-lines.ts'
import { caseHistories } from './case-histories.ts'

/** Saves the facts of a case as a file that can be verified without the engine. */
export function BundleButton({ shown }: { readonly shown: CaseView<PaymentStopTypes> }) {
  const t = useTranslate()
  const bundle = useMutation({
    mutationFn: () => caseHistories(shown),
    onSuccess: histories =>
      download(
        factsFileName(shown.requestingCountry, shown.caseReference),
        factsMediaType,
        factLines(histories.flatMap(({ facts }) => facts)),
      ),
  })
  return (
    <>
      <Button disabled={bundle.isPending} onClick={() => bundle.mutate()}>
        {t('case.bundle')}
      </Button>
      {bundle.isError && <NotReached retry={() => bundle.mutate()} />}
    </>
  )
}
