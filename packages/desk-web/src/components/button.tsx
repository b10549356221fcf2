import type { ComponentProps } from 'react'

interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: 'primary' | 'small'
}

export const Button = ({ kind, className = '', ...attributes }: ButtonProps) => (
  <button type="button" className={`button ${className}`} data-kind={kind} {...attributes} />
)
