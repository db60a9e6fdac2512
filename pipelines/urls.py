"""Addresses of boards and of what is done on them."""

from django.urls import path

from pipelines.views import boards, entries, insight, moves, removals, standings

app_name = "pipelines"
urlpatterns = [
    path("", boards.home, name="home"),
    path("boards/<int:pk>/", boards.board, name="board"),
    path("boards/<int:pk>/cards/new/", entries.new_card, name="new_card"),
    path("stages/<int:pk>/cards/", boards.column, name="column"),
    path("positions/<int:pk>/card/", moves.card, name="card"),
    path("positions/<int:pk>/move/", moves.move, name="move"),
    path("positions/<int:pk>/place/", moves.place, name="place"),
    path("positions/<int:pk>/close/", moves.close, name="close"),
    path("positions/<int:pk>/reopen/", moves.reopen, name="reopen"),
    path("positions/<int:pk>/remove/", removals.remove, name="remove"),
    path("positions/<int:pk>/restore/", removals.restore, name="restore"),
    path("positions/<int:pk>/advice/", insight.advice, name="advice"),
    path("positions/<int:pk>/edit/", standings.edit_position, name="edit_position"),
    path("positions/<int:pk>/score/", standings.score, name="score"),
    path("positions/<int:pk>/attest/", standings.attest, name="attest"),
    path("contacts/<int:pk>/positions/", standings.positions_of, name="positions_of"),
    path("contacts/<int:pk>/positions/new/", standings.new_position, name="new_position"),
]
