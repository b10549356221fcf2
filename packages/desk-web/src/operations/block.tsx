import { type ReactNode, useId } from 'react'

interface BlockProps {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}

/** One subject of the page, with its heading. */
export function Block({ title, note, children }: BlockProps) {
  const id = useId()
  return (
    <section className="stack gap-2" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note && <p className="quiet small">{note}</p>}
      {children}
    </section>
  )
}
