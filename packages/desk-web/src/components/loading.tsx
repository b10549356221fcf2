import { useWords } from '../words/index.ts'

/** There while something is fetched for the first time. */
export function Loading() {
  return (
    <p className="quiet" role="status">
      {useWords().loading}
    </p>
  )
}
