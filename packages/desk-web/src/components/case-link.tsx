import type { RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { useTranslate } from '../locales/index.ts'

interface CaseLinkProps {
  readonly request: Pick<RequestView, 'requestingCountry' | 'caseReference'>
}

/** Links a request to its case. The reference already names the request, so here it is only read aloud. */
export function CaseLink({ request: { requestingCountry: country, caseReference: reference } }: CaseLinkProps) {
  const t = useTranslate()
  return (
    <Link to="/cases/$country/$reference" params={{ country, reference }} className="case-link" aria-label={t('case.title', { reference })}>
      {t('case.link')}
    </Link>
  )
}
