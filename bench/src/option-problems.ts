/**
 * The problem of an option with one or several whole numbers from 1 on, or undefined. `also` names other accepted
 * values, such as `one, or `.
 */
export const wholeNumber = (name: string, value: number | readonly number[], max: number, also = ''): string[] =>
  [value].flat().every(each => Number.isInteger(each) && each >= 1 && each <= max)
    ? []
    : [`${name} takes ${also}whole numbers from 1 to ${max}`]

/** The same for an option with a number in a range. */
export const numberBetween = (name: string, value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [`${name} takes ${min} to ${max}`]
