import type { RequestView } from '@holdfast/schemas'
import { Button } from '../components/button.tsx'
import { download } from '../components/download.ts'
import { factLines, factsFileName, factsMediaType } from '../facts/fact-lines.ts'
import type { AnyFact } from '../facts/history-pages.ts'
import { useWords } from '../words/index.ts'

interface FactsButtonProps {
  readonly request: RequestView
  readonly facts: readonly AnyFact[]
  readonly isWhole: boolean
}

/** The facts of a request as a file that can be checked without the engine; as soon as all of them are here. */
export function FactsButton({ request: { requestingCountry, caseReference, requestId }, facts, isWhole }: FactsButtonProps) {
  const words = useWords()
  const name = factsFileName(requestingCountry, `${caseReference}-${requestId.slice(0, 8)}`)
  return (
    <p>
      <Button kind="small" disabled={!isWhole} onClick={() => download(name, factsMediaType, factLines(facts))}>
        {words.case.bundle}
      </Button>
    </p>
  )
}
