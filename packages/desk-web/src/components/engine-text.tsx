import { type ReactNode, use } from 'react'
import { useWords } from '../words/index.ts'
import { InUtc } from './instant.tsx'

interface EngineWordsProps {
  readonly message: string
  /** The page's own words for it, where there are some. */
  readonly children?: ReactNode
}

/**
 * What the engine says of the case in its own words, which are English: beside the page's own for who reads English, and there to be opened in any other language. On paper nothing opens, so there it
 * stands, as it does where the page has no words.
 */
export function EngineText({ message, children }: EngineWordsProps) {
  const { tag, engineWords } = useWords()
  const isOnPaper = use(InUtc)
  const own = (
    <bdi lang="en" dir="ltr">
      {message}
    </bdi>
  )
  if (tag === 'en' || isOnPaper || !children)
    return (
      <>
        {children} {children ? <span className="quiet">{own}</span> : own}
      </>
    )
  return (
    <>
      {children}
      {message !== '' && (
        <details className="engine-words">
          <summary className="quiet">{engineWords}</summary>
          {own}
        </details>
      )}
    </>
  )
}
