"""What a column can hold: each meaning and the phrases that say it (see `vocabulary`)."""

CONCEPTS = """
id: id, ids, identifier, uid, guid, uuid, key, number, no, nr, num, record id, object id, external
  id, system id, ext id, reference, reference number, ref, ref no, code, kennung, nummer, numero,
  identifiant, identificador, codigo, codice, identificativo, kundennummer, kontaktnummer,
  vorgangsnummer, legacy id, source id, import id, unique id, ticket number, case number, reference
  no, kunden nr, numero de cliente, numero client, klantnummer, referenz, referencia, riferimento
ref:
name: name, names, display name, naam, bezeichnung, nome, full name, vollstandiger name, nom
  complet, nombre completo, nome completo, volledige naam, nombre, nom, denominacion,
  denominazione, nominativo, file as, name and surname, vor und nachname
first_name: first name, first, given name, forename, fname, vorname, rufname, prenom, primer
  nombre, nombre de pila, nombres, nome proprio, voornaam, first nm, primeiro nome
last_name: last name, surname, family name, lname, nachname, familienname, zuname, nom de famille,
  apellido, apellidos, cognome, sobrenome, apelido, achternaam, second name
middle_name: middle name, middle initial, zweiter vorname, deuxieme prenom, segundo nombre
salutation: salutation, honorific, name prefix, prefix, suffix, name suffix, anrede, civilite,
  tratamiento, saludo, aanhef, pronouns, akademischer titel, greeting
email: email, emails, mail, email address, mail address, email addresses, email value,
  emailadresse, mailadresse, courriel, adresse email, adresse mail, adresse electronique, correo
  electronico, correo, correo e, email del contacto, indirizzo email, posta elettronica, endereco
  de email, e mailadres, mailadres, direccion de correo, direccion de correo electronico, direccion
  de email
phone: phone, phones, telephone, tel, fon, phone number, telephone number, tel no, phone no, phone
  value, landline, contact number, contact no, contact phone number, direct line, direct dial,
  direct phone, telefon, telefonnummer, festnetz, rufnummer, telefon nr, numero de telephone,
  telefono, telefono fijo, numero de telefono, numero di telefono, telefone, telefoon,
  telefoonnummer, tel pro, ph
mobile: mobile, cell, mobile phone, cell phone, mobile number, mobile phone number, cell number,
  handy, handynummer, mobil, mobilnummer, mobiltelefon, mobilfunk, portable, telephone portable,
  tel portable, telephone mobile, tel mobile, gsm, movil, telefono movil, celular, cellulare,
  telemovel, mobiel, mobiele telefoon, mobiele nummer, whatsapp, whatsapp number, mobile no
fax: fax, telefax, fax number, faxnummer
job_title: job title, job, job role, role, occupation, profession, designation, function, job
  function, funktion, stelle, beruf, berufsbezeichnung, stellenbezeichnung, jobtitel, poste,
  fonction, intitule du poste, intitule de poste, cargo, puesto, puesto de trabajo, ruolo,
  qualifica, mansione, functie, functietitel, title role, position title, work title, rolle,
  position in company, professional title, headline, organization title, company title,
  professione, profissao, profesion
position_word: position, posicion, posizione, positie
title: title, titel, titre, titulo, titolo, topic, thema, intitule, libelle, label name, heading
subject: subject, subject line, betreff, sujet, objet, asunto, oggetto, assunto, onderwerp,
  summary, zusammenfassung, resume, resumen
domain: domain, domain name, email domain, website domain, domaine, nom de domaine, dominio,
  domein, web domain
website: website, web, site, url, homepage, web page, web address, website url, website address,
  webseite, internetseite, internet, site web, site internet, sitio web, pagina web, sito web,
  sito, sitio, www, website value, companyurl
linkedin: linkedin, linkedin url, linkedin profile, linkedin profile url, linkedin link, li url, li
  profile, linkedin page, linkedin bio, linkedinprofil, profil linkedin, perfil de linkedin,
  linkedin public url, profile url
social: twitter, facebook, instagram, skype, xing, github, tiktok, youtube, twitter handle,
  facebook url, skype id, x handle, twitter username
source: source, lead source, original source, contact source, source channel, lead origin, origin,
  channel, acquisition channel, acquisition source, traffic source, referral source, how did you
  hear, how did you hear about us, quelle, leadquelle, herkunft, provenance, origine, origen,
  fuente, canal, canale, fonte, origem, bron, herkomst, utm source, marketing channel, came from,
  source du lead, source du prospect, fuente del lead, origen del lead, originating channel,
  marketing source, first touch source, hs analytics source
language: language, locale, lang, preferred language, sprache, korrespondenzsprache, langue,
  idioma, lingua, taal, voorkeurstaal
time_zone: time zone, tz, zeitzone, fuseau horaire, zona horaria, huso horario, fuso orario, fuso
  horario, tijdzone
address: address, street, street address, address line 1, address1, street1, addr, postal address,
  strasse, strasse und hausnummer, anschrift, adresse, rue, voie, adresse postale, direccion,
  calle, domicilio, indirizzo, via, endereco, rua, morada, logradouro, adres, straat, straatnaam,
  street name, mailing address, full address, street and number, str, straat en huisnummer
address_2: address line 2, address 2, street 2, suite, apartment, apt, unit, adresszusatz,
  complement d adresse, house number, hausnummer, huisnummer, address line 3, po box, postfach
city: city, town, ort, stadt, wohnort, ville, localite, commune, ciudad, localidad, poblacion,
  municipio, citta, comune, cidade, plaats, stad, woonplaats, locality, city town, municipality,
  suburb
region: region, province, county, state province, state region, bundesland, kanton, departement,
  provincia, regione, provincie, federal state, state code, prefecture, state county, comunidad
  autonoma, geo region
state: state, estado, stato, etat, zustand
postal_code: postal code, zip, zip code, postcode, zip postal code, plz, postleitzahl, code postal,
  cp, codigo postal, cap, cep, billing code, mailing code, postal, pin code, postnummer, codice
  postale
country: country, country name, country region, country code, nation, land, pays, pais, paese,
  nazione, staat, landcode, billing country
tags: tags, tag, labels, label, contact tags, categories, groups, group membership, segments,
  schlagworte, schlagworter, schlagwort, kategorien, etiquettes, etiquetas, etichette, contact
  labels, trefwoorden, group names
do_not_contact: do not contact, dnc, no contact, kein kontakt, nicht kontaktieren, kontaktsperre,
  werbesperre, ne pas contacter, no contactar, non contattare, nao contatar, niet benaderen,
  unsubscribed from all email, not contactable, contact opt out
opt_out: opt out, opted out, unsubscribed, unsubscribe, email opt out, has opted out of email,
  marketing opt out, desabonne, abgemeldet, do not market, opted out of email, suppressed, is
  unsubscribed
do_not_email: do not email, no email, do not mail, keine e mails
do_not_call: do not call, no calls, do not phone, nicht anrufen
consent: opt in, opted in, subscribed, consent, marketing consent, accepts marketing, gdpr consent,
  newsletter, email subscribed, einwilligung, consentement
last_contacted: last contacted, last contact, last contact date, last contacted date, last touch,
  last interaction, last engagement, last called, last reached, most recent contact, last
  communication, last conversation, last spoke, letzter kontakt, zuletzt kontaktiert, letzte
  kontaktaufnahme, dernier contact, derniere prise de contact, ultimo contacto, ultimo contatto,
  laatste contact, date last contacted, last outreach, last meeting
last_activity: last activity, last activity date, last activity time, letzte aktivitat, derniere
  activite, ultima actividad, ultima attivita, ultima atividade, laatste activiteit, last active,
  last seen, last action date
created: created, applied, applied on, applied at, inscription, date d inscription, inscripcion,
  fecha de inscripcion, registro, fecha de registro, registriert, registrierung, iscrizione, data
  iscrizione, inscricao, data de inscricao, ingreso, fecha de ingreso, create, creation, date
  created, created date, createdate, created at, created on, added, date added, add time, added on,
  sign up, signed up, sign up date, registered, registration, registration date, inserted, date
  entered, first seen, customer since, since, became a lead, record created, date opened, opened,
  open date, opened at, opened date, submitted, raised, reported, received, engage, entered on,
  creation time, erstellt, erstellt am, erstelldatum, erstellungsdatum, angelegt, angelegt am,
  anlagedatum, eroffnet, hinzugefugt, cree, creee, cree le, date de creation, creado, creado el,
  creacion, fecha de creacion, fecha de alta, alta, creato, creato il, data creazione, data di
  creazione, creazione, criado, criado em, data de criacao, criacao, aangemaakt, aangemaakt op,
  aanmaakdatum, joined, date joined, lead date, enquiry date, application date, ajoute le, date d
  ajout, logged
created_by: created by, creator, author, erstellt von, cree par, creado por, creato da, criado por,
  added by, opened by, reported by, reporter, aangemaakt door
modified: modified, updated, changed, edited, last modified, last updated, last modified date,
  modified date, updated at, update, last edit, last edited, last change, date modified, date
  updated, systemmodstamp, last sync, synced, geandert, geandert am, aktualisiert, zuletzt
  geandert, letzte anderung, anderungsdatum, modifie, modifie le, derniere modification, date de
  modification, mise a jour, modificado, ultima modificacion, fecha de modificacion, actualizado,
  ultima modifica, modificato, atualizado, gewijzigd, laatst gewijzigd, last update
modified_by: modified by, updated by, last modified by, geandert von, modifie par, modificado por
archived: archived, deleted, archived at, deleted at, archive, archiviert, archivado, archiviato,
  arquivado, gearchiveerd, inactive since, is archived, closed archived
industry: industry, sector, vertical, branche, wirtschaftszweig, secteur, secteur d activite,
  industrie, industria, rubro, settore, setor, ramo, line of business, business sector, sector de
  actividad, sector industrial, bedrijfstak, market segment, industry sector
employees: employees, number of employees, no of employees, num employees, employee count,
  employees count, headcount, company size, company headcount, team size, staff, staff count,
  workforce, fte, mitarbeiter, mitarbeiterzahl, mitarbeiteranzahl, anzahl mitarbeiter,
  beschaftigte, unternehmensgrosse, effectif, effectifs, nombre d employes, nombre de salaries,
  salaries, empleados, numero de empleados, n empleados, dipendenti, numero dipendenti,
  funcionarios, numero de funcionarios, medewerkers, aantal medewerkers, employee range, size of
  company
annual_revenue: annual revenue, yearly revenue, turnover, annual turnover, annual sales,
  jahresumsatz, chiffre d affaires, ca annuel, facturacion, facturacion anual, ingresos anuales,
  fatturato, faturamento, jaaromzet, company revenue, revenue range, estimated revenue range
revenue: revenue, umsatz, ingresos, receita, omzet
amount: amount, fee, fees, premium, honorar, contract amount, listing price, asking price, sale
  price, volume, bid, quoted price, value, worth, price, budget, total, total value, total amount,
  sum, deal value, deal size, contract value, close value, opportunity value, opportunity amount,
  total contract value, annual contract value, tcv, acv, mrr, arr, quote total, grand total, sales
  price, sale amount, betrag, wert, summe, volumen, auftragswert, auftragssumme, angebotssumme,
  angebotswert, auftragsvolumen, dealwert, montant, valeur, prix, importe, valor, monto, precio,
  cuantia, importo, valore, prezzo, preco, montante, bedrag, waarde, prijs, estimated value, est
  value, potential value, offer value, net value, order value, monetary value, opportunity size,
  potential
expected_amount: actual revenue, expected revenue, expected value, expected amount, estimated
  revenue, est revenue, forecast amount, forecast revenue, forecast, projected revenue, expected
  deal value, erwarteter umsatz, erwarteter wert, revenu attendu, revenu espere, ingreso esperado,
  valor esperado, valor estimado, ricavo previsto, valore previsto, verwachte opbrengst, verwachte
  omzet, receita esperada
weighted: weighted, weighted value, weighted amount, weighted revenue, gewichteter wert, discount,
  tax, cost, margin, quantity, amount paid, paid
currency: currency, ccy, cur, currency code, currency iso code, iso currency, wahrung, waehrung,
  devise, monnaie, moneda, divisa, valuta, moeda, deal currency
priority: priority, prio, urgency, importance, severity, prioritat, dringlichkeit, priorite,
  urgence, prioridad, urgencia, priorita, prioridade, prioriteit, priority level
score: score, lead score, deal score, points, punktzahl, bewertung, scoring, puntuacion, punteggio,
  pontuacao, hubspot score, engagement score, ai score, fit score, lead scoring
rating: rating, lead rating, temperature, grade, heat, valutazione, hot warm cold
probability: probability, win probability, close probability, chance of winning, likelihood,
  confidence, win rate, wahrscheinlichkeit, abschlusswahrscheinlichkeit, probabilite, probabilidad,
  probabilita, probabilidade, waarschijnlijkheid, winpercent, percent complete, probabilite de
  cloture
follow_up: follow up, next follow up, follow up date, next contact, next contact date, next
  activity, next activity date, next action, next action date, next call, next step date, next
  task, next task date, next touch, next meeting, callback, callback date, wiedervorlage, nachster
  kontakt, nachste aktivitat, nachster schritt am, nachfassen, wiedervorlagedatum, prochaine
  action, prochain contact, relance, date de relance, prochaine activite, prochaine relance,
  proximo contacto, proxima actividad, proximo seguimiento, seguimiento, fecha de seguimiento,
  prossimo contatto, prossima attivita, richiamo, proximo contato, proxima atividade, volgende
  actie, volgend contact, opvolging, opvolgdatum, snooze until, reminder, reminder date, remind on
next_step: next step, next steps, nachster schritt, prochaine etape, proximo paso, prossimo passo,
  proximo passo, volgende stap
due: due, by when, until, bis wann, bis, due date, due on, due by, due at, deadline, due time,
  fallig, fallig am, falligkeit, falligkeitsdatum, faelligkeit, frist, echeance, date d echeance,
  date limite, vencimiento, fecha de vencimiento, fecha limite, scadenza, data di scadenza, prazo,
  vencimento, data de vencimento, vervaldatum, target date, complete by, date due, einddatum
expected_close: expected close, target sign off, sign off, expected sign off, expected closing,
  expected close date, expected closing date, est close, est close date, estimated close, estimated
  close date, estimated closing date, projected close, projected close date, anticipated close,
  anticipated close date, forecast close date, forecast date, target close, target close date,
  planned close, expected sign date, expected decision date, decision date, close date expected,
  probable close date, voraussichtliches abschlussdatum, voraussichtlicher abschluss, erwarteter
  abschluss, erwartetes abschlussdatum, geplanter abschluss, geplantes abschlussdatum, zieldatum,
  date de cloture prevue, cloture prevue, date de cloture estimee, date de fermeture prevue, date
  previsionnelle, date de signature prevue, signature prevue, fecha prevista de cierre, fecha de
  cierre prevista, fecha de cierre esperada, fecha estimada de cierre, cierre previsto, cierre
  esperado, fecha de cierre estimada, chiusura prevista, data di chiusura prevista, data chiusura
  prevista, previsao de fechamento, data prevista de fechamento, fechamento previsto, data de
  fechamento esperada, verwachte sluitingsdatum, verwachte afsluitdatum, verwachte sluiting
close: close, closing, close date, closing date, deal close, abschluss, abschlussdatum, cloture,
  date de cloture, fecha de cierre, cierre, chiusura, data di chiusura, data chiusura, fechamento,
  data de fechamento, sluitingsdatum, afsluitdatum, sign date, signature date, date de signature,
  fecha cierre
closed: closed, canceled, cancelled, canceled at, cancelled at, churned, churn date, cancellation
  date, closed at, closed on, closed date, date closed, deal closed, deal closed on, actual close,
  actual close date, actual closing date, won date, won time, won at, won on, date won, lost time,
  lost date, lost at, lost on, date lost, resolved, resolved at, resolution date, resolved on,
  solved, solved at, completed at, signed, signed on, closure date, geschlossen, geschlossen am,
  abgeschlossen, abgeschlossen am, gewonnen am, verloren am, ferme, ferme le, cloture le, cloturee
  le, date reelle de cloture, gagne le, perdu le, cerrado, cerrado el, fecha real de cierre, ganado
  el, perdido el, chiuso, chiuso il, fechado, fechado em, gesloten, gesloten op, afgesloten op,
  ended, time closed
done: done, completed, finished, complete, date completed, completed date, completed on, completion
  date, completion, marked as done, marked as done time, finished at, done at, done date, erledigt,
  erledigt am, termine, termine le, fait, fait le, date de realisation, completado, terminado,
  hecho, realizado, fecha de finalizacion, completato, completato il, concluido, concluida,
  finalizado, afgerond, voltooid, voltooid op, task completed
entered: entered, entered at, stage entered, stage entry, stage entry date, entered stage, entered
  stage at, date entered stage, entered current stage, date entered current stage, stage entered
  at, stage entered date, last stage change, stage change, stage change date, stage changed, stage
  changed at, stage changed on, last stage change date, stage since, in stage since, moved, moved
  at, moved on, last moved, date moved, date moved to list, status change, status changed, status
  change date, status changed at, status since, transition, transition date, transitioned at,
  transitioned, phase seit, in phase seit, phasenwechsel, statuswechsel, seit, entre le, date d
  entree, date de changement d etape, fecha de entrada, entrada en etapa, fecha de cambio de etapa,
  data cambio fase, ingresso, effective, effective date, valid from, stage start, stage start date,
  stage date, changed at, changed on, change date, date changed, eintrittsdatum, dans l etape
  depuis
left: left, exited, exit, left at, exited at, exit date, valid to, end, end date, end time, ended
  at, ende, fin, enddatum, date exited
outcome: outcome, result, won lost, win loss, won, is won, deal outcome, final outcome, ergebnis,
  resultat, resultado, esito, uitkomst, resultaat, disposition, call result, call outcome, call
  disposition, meeting outcome, deal result, gewonnen, issue du deal, win lose, closed won,
  converted, target
lost_reason: lost reason, dropped because, rejected because, lost because of, cancel reason,
  cancellation reason, loss reason, reason lost, reason for loss, closed lost reason, reason for
  losing, lost because, why lost, reason of loss, deal lost reason, lost deal reason, reason for
  lost, loss category, verlustgrund, grund fur verlust, absagegrund, grund der absage,
  ablehnungsgrund, raison de la perte, raison de perte, raison perte, motif de perte, motif de la
  perte, motif perte, cause de perte, motivo de perdida, motivo de la perdida, razon de perdida,
  causa de perdida, motivo perdita, motivo della perdita, motivo di perdita, motivo da perda,
  motivo de perda, reden verlies, reden van verlies, verliesreden, disqualification reason,
  rejection reason, reason closed lost, churn reason, close lost reason
reason: reason, close reason, closed reason, status reason, grund, raison, motif, motivo, reden,
  razon
notes: notes, note, comments, comment, remarks, remark, memo, internal notes, deal notes, notizen,
  notiz, bemerkung, bemerkungen, kommentar, kommentare, anmerkung, anmerkungen, remarques,
  remarque, commentaire, commentaires, nota, notas, comentario, comentarios, observaciones,
  osservazioni, commenti, commento, observacoes, opmerkingen, opmerking, notities, notitie,
  annotations
description: description, desc, details, detail, deal description, beschreibung, descripcion,
  descrizione, descricao, omschrijving, about, background, background info
body: body, what happened, was passierte, what was said, content, contents, text, message, message
  body, email body, transcript, plain text, inhalt, nachricht, contenu, contenido, mensaje,
  contenuto, messaggio, conteudo, mensagem, inhoud, bericht, note content, note body, call notes,
  meeting notes, activity notes
type: type, typ, kind, art, tipo, soort, class, record type, category, categorie, kategorie,
  categoria, activity type, aktivitatstyp, type d activite, tipo de actividad, tipo attivita,
  medium, classification
lifecycle: lifecycle stage, life cycle, relationship, relationship type, contact type, lead type,
  kontaktart, kontakttyp, customer type, account type, type de contact, tipo de contacto, etapa del
  ciclo de vida, lebenszyklusphase, phase du cycle de vie, company type
start: start, started, start date, start time, begin, begins, beginn, startdatum, debut, date de
  debut, inicio, fecha de inicio, inizio, data inizio, started at, start at
occurred: occurred, occurred at, happened, happened at, happened on, activity date, call date,
  meeting date, event date, event time, call time, sent, sent at, sent on, date sent, sent date,
  date of activity, logged at, logged on, activity time, datum der aktivitat, date de l activite,
  fecha de la actividad, datetime of call
recipient: recipient, recipients, to, to email, email to, sent to, to address, empfanger,
  destinataire, destinatario, ontvanger
sender: sender, from, from email, email from, sent by, absender, expediteur, remitente, mittente,
  afzender
duration: duration, length, minutes, dauer, duree, duracion, durata, duration minutes, duration
  seconds, call duration, time spent, days in stage, time in stage, age, days open
direction: direction, inbound outbound, richtung
project: project, projects, projekt, projet, proyecto, progetto, projeto, project name, project
  key, workspace
gender: gender, sex, geschlecht, birthday, birth date, date of birth, geburtsdatum, geburtstag,
  date de naissance, fecha de nacimiento, dob, compleanno, data di nascita
count: number of, count, count of, total number, anzahl, number of times, num of, numero de
  visitas, how many, times contacted, aantal
picture: photo, image, avatar, picture, logo, attachment, attachments, attachment count, file,
  files, checklist, vote, votes, visible, visibility, visible to, position index, rank, sort order,
  manager, is closed, forecast category, fiscal period, fiscal quarter, fiscal year, department
  name
"""
