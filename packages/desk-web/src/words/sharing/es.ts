export const sharingEs = {
  sharing: {
    title: 'Compartida con',
    nobody: 'Nadie más que los dos países la ve.',
    withUnit: 'Compartidas con su unidad',
    unitReads: 'Su unidad lee lo que se comparte con ella y no da órdenes.',
    keptFromAddressee: 'El documento niega esta solicitud al país al que se dirige, que no ve nada de ella hasta que se corrija.',
    standingOnly: 'Su unidad ve cómo está la solicitud: ni sus documentos ni sus hechos.',
    noneYet: 'No hay nada compartido con su unidad. Lo que se comparta aparecerá aquí por sí solo.',
  },
}
