import type { RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { useWords } from '../words/index.ts'

interface CaseLinkProps {
  readonly request: Pick<RequestView, 'requestingCountry' | 'caseReference'>
}

/** From a request to its case. The reference itself is what the request goes by, so that it is read aloud and not shown again. */
export function CaseLink({ request: { requestingCountry: country, caseReference: reference } }: CaseLinkProps) {
  const { case: words } = useWords()
  return (
    <Link to="/cases/$country/$reference" params={{ country, reference }} className="case-link" aria-label={words.title(reference)}>
      {words.link}
    </Link>
  )
}
