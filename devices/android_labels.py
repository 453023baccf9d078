"""The names people use for well-known Android packages, because a phone does not tell them.

A label sits in an app's resources and no shell command prints it. The first name is the label,
the others are what people also call it.
"""

from __future__ import annotations

NAMES: dict[str, tuple[str, ...]] = {
    # the system's own
    "com.android.settings": ("Settings", "设置", "System settings"),
    "com.android.deskclock": ("Clock", "时钟", "闹钟", "Alarm"),
    "com.google.android.deskclock": ("Clock", "时钟", "闹钟", "Alarm"),
    "com.android.dialer": ("Phone", "电话", "Dialer"),
    "com.google.android.dialer": ("Phone", "电话", "Dialer"),
    "com.android.contacts": ("Contacts", "联系人", "通讯录"),
    "com.google.android.contacts": ("Contacts", "联系人", "通讯录"),
    "com.android.messaging": ("Messages", "信息", "短信", "SMS"),
    "com.android.mms": ("Messages", "信息", "短信", "SMS"),
    "com.google.android.apps.messaging": ("Messages", "信息", "短信", "SMS"),
    "com.android.camera": ("Camera", "相机"),
    "com.android.camera2": ("Camera", "相机"),
    "com.google.android.GoogleCamera": ("Camera", "相机"),
    "com.android.gallery3d": ("Gallery", "相册", "图库", "Photos"),
    "com.miui.gallery": ("Gallery", "相册", "图库", "Photos"),
    "com.google.android.apps.photos": ("Photos", "照片", "Google Photos"),
    "com.android.calendar": ("Calendar", "日历"),
    "com.google.android.calendar": ("Calendar", "日历", "Google Calendar"),
    "com.android.calculator2": ("Calculator", "计算器"),
    "com.google.android.calculator": ("Calculator", "计算器"),
    "com.android.documentsui": ("Files", "文件", "文件管理"),
    "com.google.android.documentsui": ("Files", "文件", "文件管理"),
    "com.google.android.apps.nbu.files": ("Files by Google", "文件极客"),
    "com.android.email": ("Email", "邮件", "电子邮件", "Mail"),
    "com.android.browser": ("Browser", "浏览器"),
    "com.android.music": ("Music", "音乐"),
    "com.android.soundrecorder": ("Recorder", "录音机", "Sound Recorder"),
    "com.android.notes": ("Notes", "笔记", "便签", "备忘录"),
    "com.miui.notes": ("Notes", "笔记", "便签", "备忘录"),
    "com.android.weather": ("Weather", "天气"),
    "com.android.maps": ("Maps", "地图"),
    "com.android.wallet": ("Wallet", "钱包"),
    "com.android.store": ("Store", "应用商店", "App Store"),
    "com.android.video": ("Video", "视频"),
    "com.android.vending": ("Play Store", "Google Play", "应用商店"),
    "com.android.chrome": ("Chrome", "谷歌浏览器", "Google Chrome"),
    # Google
    "com.google.android.gm": ("Gmail",),
    "com.google.android.youtube": ("YouTube", "油管"),
    "com.google.android.apps.maps": ("Maps", "地图", "Google Maps", "谷歌地图"),
    "com.google.android.apps.docs": ("Drive", "Google Drive"),
    "com.google.android.keep": ("Keep Notes", "Google Keep"),
    "com.google.android.googlequicksearchbox": ("Google", "谷歌"),
    # widely used
    "com.tencent.mm": ("WeChat", "微信"),
    "com.tencent.mobileqq": ("QQ",),
    "com.tencent.qqmusic": ("QQ Music", "QQ音乐"),
    "com.eg.android.AlipayGphone": ("Alipay", "支付宝"),
    "com.taobao.taobao": ("Taobao", "淘宝"),
    "com.jingdong.app.mall": ("JD", "京东"),
    "com.xunmeng.pinduoduo": ("Pinduoduo", "拼多多"),
    "com.sankuai.meituan": ("Meituan", "美团"),
    "com.dianping.v1": ("Dianping", "大众点评"),
    "com.sdu.didi.psnger": ("DiDi", "滴滴出行", "滴滴"),
    "com.autonavi.minimap": ("Amap", "高德地图", "高德"),
    "com.baidu.BaiduMap": ("Baidu Maps", "百度地图"),
    "com.baidu.searchbox": ("Baidu", "百度"),
    "com.sina.weibo": ("Weibo", "微博"),
    "com.xingin.xhs": ("Xiaohongshu", "小红书", "RedNote"),
    "com.zhihu.android": ("Zhihu", "知乎"),
    "com.ss.android.ugc.aweme": ("Douyin", "抖音"),
    "com.zhiliaoapp.musically": ("TikTok",),
    "com.smile.gifmaker": ("Kuaishou", "快手"),
    "tv.danmaku.bili": ("Bilibili", "哔哩哔哩", "B站"),
    "com.netease.cloudmusic": ("NetEase Cloud Music", "网易云音乐"),
    "ctrip.android.view": ("Ctrip", "携程旅行", "携程"),
    "com.MobileTicket": ("Railway 12306", "铁路12306", "12306"),
    "com.alibaba.android.rimet": ("DingTalk", "钉钉"),
    "com.ss.android.lark": ("Feishu", "飞书", "Lark"),
    "com.whatsapp": ("WhatsApp",),
    "org.telegram.messenger": ("Telegram",),
    "com.facebook.katana": ("Facebook",),
    "com.facebook.orca": ("Messenger",),
    "com.instagram.android": ("Instagram",),
    "com.twitter.android": ("X", "Twitter"),
    "com.spotify.music": ("Spotify",),
    "com.netflix.mediaclient": ("Netflix",),
    "com.amazon.mShop.android.shopping": ("Amazon Shopping", "Amazon"),
    "com.microsoft.office.outlook": ("Outlook",),
    "com.microsoft.teams": ("Teams", "Microsoft Teams"),
    "com.reddit.frontpage": ("Reddit",),
    "com.ubercab": ("Uber",),
    "com.booking": ("Booking.com", "Booking"),
    "org.mozilla.firefox": ("Firefox",),
}

# Parts of a package name that say nothing about the app.
_EMPTY_PARTS = frozenset(
    {"android", "app", "apps", "application", "client", "com", "main", "mobile", "phone", "view"}
)


def names_of(package: str) -> tuple[str, ...]:
    """What people call a package, its label first; from its own last telling part if unknown."""
    known = NAMES.get(package)
    if known is not None:
        return known
    parts = package.split(".")
    telling = [part for part in parts[1:] if part.lower() not in _EMPTY_PARTS]
    word = telling[-1] if telling else parts[-1]
    return (word[:1].upper() + word[1:],)
