/** `FreezeReported` of `holdfast.fact.v1.FreezeReported`. */
export const kindOf = ({ type }: { readonly type: string }): string => type.slice(type.lastIndexOf('.') + 1)
