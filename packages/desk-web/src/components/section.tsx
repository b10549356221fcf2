import { type ReactNode, useId } from 'react'

interface SectionProps {
  readonly title: string
  /** A class for its style. */
  readonly name?: string
  readonly children: ReactNode
}

export function Section({ title, name = '', children }: SectionProps) {
  const id = useId()
  return (
    <section className={`card section stack ${name}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
