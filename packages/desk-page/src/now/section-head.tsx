import type { ReactNode } from 'react'
import { download } from '../components/download.ts'
import { useWords } from '../words/index.ts'

interface SectionHeadProps {
  readonly id: string
  readonly title: string
  /** The name of its file, and what is in it; none where there is nothing to take away. */
  readonly file?: string
  readonly csv?: () => string
  readonly children?: ReactNode
}

/** What a part of the page is about, with its table to take away. */
export function SectionHead({ id, title, file, csv, children }: SectionHeadProps) {
  const words = useWords()
  return (
    <div className="cluster across-4">
      <h2 id={id}>{title}</h2>
      {children}
      {csv && file && (
        <button
          type="button"
          className="button small-button apart unprinted"
          aria-describedby={id}
          onClick={() => download(`${file}.csv`, 'text/csv;charset=utf-8', csv())}
        >
          {words.csv}
        </button>
      )}
    </div>
  )
}
