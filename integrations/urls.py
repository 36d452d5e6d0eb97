"""Addresses of the integrations."""

from django.urls import path

from .views import chat_acts, chat_bar, chat_discussions, connection, deliveries, oauth, switches

app_name = "integrations"

ZOHO = "o/<slug:organisation>/settings/integrations/zoho/"
CLIQ = f"{ZOHO}cliq/"
CHAT = "o/<slug:organisation>/chat/"

urlpatterns = [
    path(ZOHO, connection.zoho_services, name="zoho-services"),
    path(CLIQ, connection.cliq, name="cliq"),
    path(f"{CLIQ}authorise/", oauth.authorise, name="cliq-authorise"),
    path(f"{CLIQ}connect/", connection.connect, name="cliq-connect"),
    path(f"{CLIQ}switch/<slug:name>/", switches.switch, name="cliq-switch"),
    path(f"{CLIQ}channel/", connection.change_channel, name="cliq-channel"),
    path(f"{CLIQ}kinds/", switches.choose_kinds, name="cliq-kinds"),
    path(f"{CLIQ}test/", switches.test, name="cliq-test"),
    path(f"{CLIQ}deliveries/", deliveries.deliveries, name="cliq-deliveries"),
    path(f"{CLIQ}deliveries/send/", deliveries.send_again, name="cliq-send-again"),
    path(
        f"{CLIQ}deliveries/send-failed/",
        deliveries.send_failed_again,
        name="cliq-send-failed-again",
    ),
    path(f"{CLIQ}disconnect/", connection.disconnect, name="cliq-disconnect"),
    path("zoho/cliq/callback/", oauth.callback, name="cliq-callback"),
    path(CHAT, chat_bar.chat, name="chat"),
    path(f"{CHAT}authorise/", oauth.chat_authorise, name="chat-authorise"),
    path(f"{CHAT}choice/", chat_acts.chat_choice, name="chat-choice"),
    path(f"{CHAT}people/", chat_acts.chat_people, name="chat-people"),
    path(f"{CHAT}open/", chat_acts.chat_open, name="chat-open"),
    path(
        f"{CHAT}discuss/<slug:kind>/<str:key>/", chat_discussions.chat_discuss, name="chat-discuss"
    ),
    path(f"{CHAT}files/<str:file_id>/", chat_acts.chat_file, name="chat-file"),
    path(f"{CHAT}posts/<uuid:client_id>/again/", chat_acts.chat_again, name="chat-again"),
    path(f"{CHAT}posts/<uuid:client_id>/discard/", chat_acts.chat_discard, name="chat-discard"),
    path(f"{CHAT}<str:chat_id>/", chat_bar.chat_messages, name="chat-messages"),
    path(f"{CHAT}<str:chat_id>/send/", chat_acts.chat_send, name="chat-send"),
    path(f"{CHAT}<str:chat_id>/read/", chat_acts.chat_read, name="chat-read"),
]
