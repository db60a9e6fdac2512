"""Names of the months, in full and shortened, in seven languages."""

NAMES = """
january jan januar janner jänner janvier janv enero ene gennaio gen janeiro januari
february feb februar febr fevrier février févr fevr febrero febbraio fevereiro fev februari
march mar märz maerz mrz mars marzo março marco maart mrt
april apr avril avr abril abr aprile
may mai mayo maggio mag maio mei
june jun juni juin junio giugno giu junho
july jul juli juillet juil julio luglio lug julho
august aug août aout agosto ago augustus
september sep sept septembre septiembre settembre set setembro
october oct oktober okt octobre octubre ottobre ott outubro out
november nov novembre noviembre novembro
december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro
"""

MONTHS = {
    name: number
    for number, line in enumerate(NAMES.strip().splitlines(), start=1)
    for name in line.split()
}
