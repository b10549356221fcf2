export const bodiesQuery = {
  queryKey: ['bodies'],
  queryFn: () => import('./bodies.ts'),
  staleTime: Number.POSITIVE_INFINITY,
} as const
