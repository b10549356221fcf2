import type { ReactNode } from 'react'

/** A name and its value, in a list of class `pairs`. */
export const Pair = ({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
