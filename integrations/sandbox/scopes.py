"""What may be asked for? The scopes that this sandbox knows, in words (cliq/api.md §1.8)."""

SCOPES = {
    "AaaServer.profile.READ": {
        "en": "See your name and e-mail address",
        "ja": "氏名とメールアドレスの表示",
    },
    "ZohoCliq.Webhooks.CREATE": {
        "en": "Post messages for you",
        "ja": "あなたの名前でのメッセージ投稿",
    },
    "ZohoCliq.Channels.READ": {
        "en": "See channels and their members",
        "ja": "チャンネルとメンバーの表示",
    },
    "ZohoCliq.Channels.CREATE": {"en": "Create channels", "ja": "チャンネルの作成"},
    "ZohoCliq.Channels.UPDATE": {"en": "Change channels", "ja": "チャンネルの変更"},
    "ZohoCliq.Messages.READ": {
        "en": "Read messages in your chats",
        "ja": "チャットのメッセージの閲覧",
    },
    "ZohoCliq.Messages.UPDATE": {"en": "Edit messages", "ja": "メッセージの編集"},
    "ZohoCliq.Messages.DELETE": {"en": "Delete messages", "ja": "メッセージの削除"},
    "ZohoCliq.Chats.READ": {"en": "See your chats", "ja": "チャットの表示"},
    "ZohoCliq.Chats.CREATE": {"en": "Start chats for you", "ja": "チャットの開始"},
    "ZohoCliq.Chats.UPDATE": {"en": "Mark chats as read", "ja": "チャットの既読処理"},
    "ZohoCliq.Users.READ": {
        "en": "See the people of your organisation",
        "ja": "組織のメンバーの表示",
    },
    "ZohoCliq.Profile.READ": {"en": "See your status", "ja": "ステータスの表示"},
    "ZohoCliq.Attachments.READ": {
        "en": "Download files from your chats",
        "ja": "チャットのファイルのダウンロード",
    },
    "ZohoCliq.Bots.READ": {"en": "See bots", "ja": "ボットの表示"},
    "email": {"en": "See your e-mail address", "ja": "メールアドレスの表示"},
    "openid": {"en": "Sign in with Zoho", "ja": "Zohoでのサインイン"},
    "profile": {"en": "See your profile", "ja": "プロフィールの表示"},
}
