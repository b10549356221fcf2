import type { alertsEn } from './en.ts'

export const alertsEs: typeof alertsEn = {
  alerts: {
    'deadline.verify':
      'La solicitud ha esperado su verificación todo lo que permite la antigüedad del pago. Verifíquela, pida información o rechácela.',
    'deadline.verifyHard.requester':
      'La solicitud no se ha verificado dentro del plazo máximo. Pregunte a la oficina del país donde están los fondos.',
    'deadline.verifyHard.beneficiary':
      'La solicitud no se ha verificado dentro del plazo máximo. Ninguna solicitud puede esperar más: decida ahora.',
    'deadline.informationReminder': 'Una pregunta sobre la solicitud espera su respuesta.',
    'deadline.informationDecision.requester':
      'No se respondió a tiempo a la pregunta sobre la solicitud. El país donde están los fondos decide con lo que tiene.',
    'deadline.informationDecision.beneficiary': 'No se respondió a tiempo a la pregunta sobre la solicitud. Decida con lo que hay.',
    'deadline.acknowledge': 'Ninguna entidad ha acusado recibo de la orden. Asegúrese de que la han visto.',
    'deadline.acknowledgeEscalation': 'La orden sigue sin acuse de recibo. Llame al servicio de guardia de la entidad.',
    'deadline.interimAnswer': 'La entidad todavía no ha respondido: el día ha terminado sin respuesta.',
    'deadline.execute': 'La orden no se ha ejecutado a tiempo. Pregunte a la entidad qué la retrasa.',
    'deadline.executeHard.requester':
      'La orden no se ha ejecutado dentro del plazo máximo. Pregunte a la oficina del país donde están los fondos.',
    'deadline.executeHard.beneficiary':
      'La orden no se ha ejecutado dentro del plazo máximo. Ninguna orden puede esperar más: llame ahora a la entidad.',
    'deadline.holdWarning': 'Un bloqueo está por terminar. Vence por sí solo si antes no se confirma o se prorroga.',
    'deadline.holdExpiry': 'Un bloqueo ha terminado. Los fondos que retenía ya no están bloqueados.',
    'deadline.confirmedHoldReview': 'Un bloqueo sin fecha de fin dura ya mucho tiempo. Revise si sigue siendo necesario.',
    'deadline.consentAnswer':
      'El titular de la cuenta no ha dicho si se pueden devolver los fondos. Hace falta una orden o una garantía de indemnización, o poner fin a la solicitud.',
    'deadline.returnPayment.requester':
      'No se ha comunicado a tiempo el pago de los fondos que debían devolverse. Búsquelos y pregunte al país donde estaban bloqueados.',
    'deadline.returnPayment.beneficiary':
      'No se ha comunicado a tiempo el pago de los fondos que debían devolverse. Se ha reclamado a la entidad.',
    'deadline.retention':
      'Ha vencido el plazo de conservación de los datos de esta solicitud. El sistema destruye las claves de lo que está sellado; lo que usted guarde en otro lugar le toca eliminarlo.',
    'unfollowed.DENIED_COUNTRY':
      'Se transfirieron fondos a un país que no debe conocer el caso, así que nada los sigue. Decida si se puede preguntar a ese país.',
    'unfollowed.SAME_COUNTRY':
      'Se transfirieron fondos a su propio país, así que ninguna solicitud los sigue. Sígalos con los medios de su propia ley.',
    'unfollowed.NOT_A_MEMBER':
      'Se transfirieron fondos a un país que no es miembro, así que nada los sigue. Recurra a la asistencia judicial recíproca.',
    'unfollowed.HOP_LIMIT': 'Los fondos se han transferido más veces de las que se siguen. Recurra a la asistencia judicial recíproca.',
    'unfollowed.HOP_CYCLE': 'Se transfirieron fondos a una cuenta por la que este caso ya ha pasado. Trabaje en la solicitud que hay allí.',
    'unfollowed.NO_PARTICULARS':
      'Se transfirieron fondos y nada los sigue: la comunicación no dice a qué cuenta fueron. Pregunte a la entidad y envíe una solicitud al país que corresponda.',
    lateAnswer: 'Una entidad comunicó algo después de terminada la solicitud, y eso no cambió nada. Averigüe si hay fondos bloqueados.',
    'lateAnswer.last':
      'Una entidad comunicó algo después de terminada la solicitud, tantas veces como pueden registrarse: lo que comunique desde ahora no quedará registrado. Averigüe si hay fondos bloqueados.',
    erasureWaits:
      'Se ordenó la supresión de la solicitud y está pendiente, porque el motor no puede tramitarla. Sus datos personales aún pueden leerse: el operador debe repararla.',
    erasedWhileParked:
      'Se destruyen las claves de la solicitud mientras el motor no podía tramitarla. Los avisos y órdenes pendientes no se envían: lea su historial.',
    'undelivered.requester':
      'Una orden no llegó a la entidad a la que va dirigida. Se ha avisado al país donde están los fondos para que la haga llegar por otra vía.',
    'undelivered.beneficiary':
      'Una orden no llegó a la entidad a la que va dirigida. Llame a su servicio de guardia y haga corregir sus datos en el directorio.',
    movedOnward: (amount, country) =>
      `${amount} salieron hacia este país: ${country}. Ninguna solicitud los sigue sin la conformidad de un investigador de su país: siga los fondos, o diga por qué no.`,
    proposed: command => `Propuesto: ${command}. Se hará en cuanto una segunda persona de la misma parte y función haga lo mismo.`,
  },
}
