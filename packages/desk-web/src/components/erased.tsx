import { useWords } from '../words/index.ts'

/** Stands where words of persons stood that nobody can read any more. */
export function Erased() {
  const { work } = useWords()
  return <span className="mark quiet">{work.field.erased}</span>
}
