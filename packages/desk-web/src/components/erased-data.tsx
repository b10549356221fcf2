import { useWords } from '../words/index.ts'

/** Instead of what a person wrote and nobody can read any more. */
export function ErasedData() {
  const { wordsGone } = useWords()
  return <span className="quiet">{wordsGone}</span>
}
