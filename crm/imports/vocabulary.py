"""
Whose and which: the words of headers that say what a column is about, in six languages.

A header is read as a path of *entities* (whose is it) and a *concept* (what of it): "Deal owner
e-mail" is the e-mail of the owner of a position. `concepts` holds what can be said of them. Phrases
are compared without accents, spaces and case, so "E-Mail", "email" and "e mail" are one.
"""

# What a column can be about. Alone, an entity means its name or the thing itself.
ENTITIES = """
contact: contact, contacts, contact person, primary contact, point of contact, person, people,
  individual, kontakt, kontakte, ansprechpartner, kontaktperson, personne, interlocuteur, persona,
  contacto, contactos, persona de contacto, contatto, referente, pessoa, contato, contactpersoon,
  participant, attendee, decision maker, personen
lead: lead, leads, prospect, prospects, interessent, piste, prospecto, candidate, applicant,
  student, patient, donor, subscriber
customer: customer, customers, client, clients, buyer, kunde, kunden, cliente, clientes, clienti,
  klant, requester, requestor, end user
company: company, companies, account, accounts, account name, organization, organisation,
  organizations, org, employer, firma, firmen, unternehmen, arbeitgeber, organisationen, societe,
  entreprise, organisme, empresa, compania, organizacion, organizacao, azienda, societa, ditta,
  organizzazione, bedrijf, organisatie, business name, kundenfirma, corporation, raison sociale,
  razon social, ragione sociale, bedrijfsnaam, firmenname, institution, companyorganization,
  organisationname
position: deal, deals, opportunity, opportunities, opp, oppty, ticket, tickets, case, cases, card,
  cards, issue, enquiry, inquiry, request, sale, engagement, verkaufschance, chance, vorgang,
  angebot, anfrage, geschaft, affaire, opportunite, oportunidad, oportunidades, negocio,
  opportunita, trattativa, oportunidade, verkoopkans, item, work item, aanvraag, project card,
  vertriebschance, story, bug, dossier
task: task, tasks, todo, action item, aufgabe, aufgaben, tache, taches, tarea, tareas, compito,
  tarefa, taak, taken, subtask
activity: activity, activities, interaction, touchpoint, call, meeting, event, appointment,
  communication, conversation, engagement log, aktivitat, aktivitaten, activite, activites,
  actividad, actividades, attivita, atividade, activiteit, termin, anruf, note record, touch,
  rendez vous, appel, llamada, reunion
owner: owner, owners, who, sales rep, rep, representative, sales representative, assigned, assigned
  to, assigned to user, assignee, assignees, assigned user, assigned rep, agent, sales agent,
  account manager, account executive, salesperson, seller, responsible, responsible person,
  responsible user, person responsible, relationship manager, sales owner, members, member, csm,
  handled by, logged by, performed by, completed by, bdr, sdr, ae, managed by, team member, staff
  member, bearbeiter, betreuer, verantwortlich, verantwortlicher, verantwortliche, zustandig,
  zustandiger, zustandige person, besitzer, inhaber, vertriebsmitarbeiter, vertriebler, zugewiesen
  an, zugewiesen, kundenbetreuer, proprietaire, responsable, charge d affaires, commercial, assigne
  a, attribue a, propietario, vendedor, comercial, asignado a, asignado, responsabile, assegnato a,
  assegnatario, proprietario, venditore, responsavel, atribuido a, eigenaar, toegewezen aan,
  verantwoordelijke, verkoper, owned by, assigned agent, rep name, agent name, in charge, sales
  manager, sales executive
user: user, users
pipeline: pipeline, pipelines, board, boards, funnel, sales funnel, sales pipeline, workflow, sales
  process, process, kanban board, trichter, vertriebspipeline, entonnoir, tunnel, tunnel de vente,
  tableau, embudo, tablero, imbuto, funil, quadro, bord, trechter, deal pipeline, queue, ticket
  pipeline
stage: stage, stages, sales stage, pipeline stage, deal stage, list, column, phase, step, bucket,
  lane, swimlane, section, section column, etape, etapa, fase, stadium, stufe, estagio, spalte,
  liste, colonne, columna, colonna, coluna, lijst, kolom, verkaufsphase, vertriebsphase, phase de
  vente, etape de vente, etapa de venta, fase de venta, fase di vendita, verkoopfase, kanban
  column, board column, stage name, etapa do funil, current stage
status: status, statut, stand, estatus, situacao
lead_status: lead status, lead stage, hs lead status, prospect status
previous_stage: from stage, old stage, previous stage, prior stage, from list, from status, old
  status, previous status, von phase
to_stage: to stage, new stage, to list, to status, new status, nach phase, moved to, stage to
record: record, row, object, entry, datensatz, hs, hubspot, sf, salesforce, pipedrive, zoho, crm,
  properties
supplier: supplier, suppliers, vendor, vendors, competitor, partner, partners, reseller,
  distributor, dealer, manufacturer, brand, lieferant, handler partner, fournisseur, partenaire,
  proveedor, fornitore, fornecedor, leverancier, school, university, clinic, hospital, store, shop,
  agency, startup, merchant
other: product, products, campaign, invoice, quote, order, parent, spouse, assistant, referrer,
  referred, team, department, abteilung, contract, event name, list price, reports, supervisor,
  emergency contact, history, changelog, sales team, parent task, parent account, source campaign
"""

# Words that change nothing: which of several, or for whom the program keeps it.
NEUTRAL = """
primary, main, work, business, office, associated, related, linked, default, current, my, our,
full, preferred, professional, geschaftlich, dienstlich, professionnel, professionnelle, pro,
principal, principale, haupt, mailing, billing, 1, i, usd, eur, gbp, chf, in, iso, info,
information, original, own, their, your, the, a, an, is, was, has, what, which, does, are, custom,
field, utc, gmt, cest, cet, local, hq, headquarters, hauptsitz, company wide, deal currency amount,
approx, approximate, estimated, est, new, final, official, initial, contacted, complete, of the,
it, le, la, les, il, lo, el, los, las, os, as, der, die, das, dem, den, am, um, per, pour, para,
un, une, if, any, corporate, direct
"""

# Words that make a column about something else, or the second of its kind.
DISTRACTING = """
secondary, second, alternate, alternative, additional, other, home, private, privat, prive,
personal, shipping, delivery, previous, prior, former, old, past, verified, verification, valid,
validity, clicked, bounced, bounce, opens, clicks, invalid, 2, 3, 4, 5, ii, iii, last, latest,
recent, first, max, min, avg, average, days, hours, sub, alias, format, hash, ip, tracking, not,
without, non, opt, subscription, template, target, secundario, secondaire, zweite, autre, otro,
otra, weitere, andere, altro, emails sent, spouse, assistant, stripped, formula, rank, percent,
quota, year, month, quarter, week, relative, unread, replied, score date, sla, response
"""

# Words that only say that a column holds a time; alone they are its meaning.
TIMES = """
date, time, datetime, timestamp, at, on, datum, uhrzeit, zeit, zeitpunkt, heure, fecha, hora, data,
ora, tijd, tijdstip, day, when, jour, dia, giorno, le, el
"""

# "Name of the company": what follows belongs before.
OF = """
of, de, du, des, d, del, della, di, da, do, dos, von, der, van, for, fur, pour, para, per
"""
