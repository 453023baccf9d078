"""The words of acts with a cost that cannot be taken back, in English and in Chinese.

They are looked for in folded text (lower case, no invisible characters). English words stand
alone, Chinese ones anywhere. Verbs that are everyday nouns too ("order", "text", "tip") count
only where what stands around them makes them verbs. A word too many asks a person once too
often; a word that is missing costs what the act costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Where a command may begin: at the start, behind a stop, or behind a word that leads to one.
_DO = r"(?:\A|[.,;:!?\"'(\n]\s{0,4}|\b(?:and|then|to|please|will|should|must|just|can)\s{1,4})"
# What makes a noun of "text" and "message": the text field, the message list.
_THING = (
    r"(?:size|field|box|area|style|colou?r|fonts?|input|messages|apps?|icons?|lists?|views?|editor"
    r"|bubble|is|are|was|in|on|at|with|of|to|from|here|reads?|says?|shows?|tab|button|row|entry)"
)

_PAY = (
    r"\b(?:pay(?:s|ing|ments?)?|paid (?:with|by|to|now)|buy(?:s|ing)?|bought"
    r"|purchas(?:e|es|ed|ing)|check(?:s|ed|ing)?[ -]?out"
    r"|plac(?:e|es|ed|ing) (?:(?:your|my|the|this|an|a) )?order|(?:your|my) order|reorder(?:s|ing)?"
    r"|(?:confirm|complete|finish|submit)(?:s|ed|ing)? (?:the |this )?order"
    r"|order(?:s|ed|ing)? (?:now|it|this|them|again|me|us|an?|one|two|three|some|more|\d+"
    r"|food|pizzas?|dinner|lunch|coffee|groceries)"
    r"|tip(?:s|ped|ping)? (?:the|them|him|her|\d+|your|my)|(?:leave|add|give) (?:\w+ )?a tip"
    r"|transfer(?:s|red|ring)?|donat(?:e|es|ed|ing|ions?)|subscri(?:be|bes|bed|bing|ptions?)"
    r"|top(?:s|ped|ping)? up|upgrad(?:e|es|ed|ing) to|free trial"
    r"|book(?:s|ed|ing)? (?:now|(?:it|this|an?|the|my) "
    r"(?:room|flight|hotel|table|ticket|taxi|ride))"
    r"|plac(?:e|es|ed|ing) (?:a |your |the )?bid)\b|\Aorder\Z"
    r"|支付|付款|付钱|付费|购买|买|下单|订购|预订|转账|转钱|汇款|充值|打赏|小费|结账|结算|订阅|捐"
)
_SEND = (
    r"\b(?:send(?:s|ing)?|sent|resen[dt]|repl(?:y|ies|ied|ying)"
    r"|forward(?:s|ed|ing)? (?:it|this|the)|post(?:s|ed|ing)?|publish(?:es|ed|ing)?"
    r"|submit(?:s|ted|ting)?|shar(?:e|es|ing)|shared (?:it|this|the)|tweet(?:s|ed|ing)?"
    r"|paper[ -]?(?:air)?plane|(?:texting|messaging|emailing) (?:him|her|them|back|my|the))\b"
    rf"|{_DO}(?:text|message|dm|e-?mail)\s{{1,4}}(?!{_THING}\b)[^\W\d]"
    r"|发送|发给|发出|发到|发短信|发[一两]?[条个封]|发[消信]息|发邮件|发微信|发朋友圈|发帖|群发"
    r"|回复|转发|发布|发表|提交|分享|寄给|投稿|纸飞机"
)
_DELETE = (
    r"\b(?:delet(?:e|es|ed|ing|ion)|remov(?:e|es|ed|ing|al)|eras(?:e|es|ed|ing)"
    r"|uninstall(?:s|ed|ing)?|wip(?:e|es|ed|ing)|discard(?:s|ed|ing)?|trash(?:es|ed|ing)?"
    r"|bin(?:s|ned|ning)?|get(?:s|ting)? rid of|got rid of|thr(?:ow|ows|owing|ew|own) (?:\w+ )?away"
    r"|garbage|factory reset"
    r"|reset (?:all|everything|network|(?:the |my |this |your )?(?:phone|device|app))"
    r"|format (?:(?:the|my|this) )?(?:sd|card|disk|storage|usb|phone)"
    r"|(?:clear|empty)(?:s|ed|ing)? (?:all|data|storage|everything"
    r"|(?:\w+ )?(?:trash|history|data|cache|logs?)))\b"
    r"|删|移除|卸载|清空|清除|清理|抹掉|抹除|擦除|丢弃|扔掉|垃圾桶|废纸篓|回收站|恢复出厂|格式化|重置手机"
)
_INSTALL = (
    r"\b(?:install(?:s|ing|ation)?|sideload(?:s|ed|ing)?"
    r"|(?:updat|upgrad)(?:e|es|ing) (?:all|now|(?:(?:the|my|this|your|every|an?|\w+) )?"
    r"(?:apps?|software|system|firmware|android)))\b"
    r"|(?<!已)安装|更新(?:全部|所有|应用|软件|系统)|(?:全部|立即|马上)更新|升级(?:应用|软件|系统|手机)"
)
_GRANT = (
    r"\b(?:grant(?:s|ed|ing)?|allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|permissions?"
    r"|authori[sz](?:e|es|ed|ing|ation)|while using (?:the|this) app|only this time"
    r"|(?:give|gives|giving) (?:\w+ ){0,3}access|agree(?:s|d|ing)? (?:to|and)|i agree"
    r"|accept(?:s|ed|ing)? (?:all|(?:the |these )?(?:terms|conditions|invitation|request)))\b"
    r"|允许|授权|授予|同意|权限|批准|接受(?:条款|协议|邀请|请求)|仅此一次|本次运行"
)

SENSITIVE_WORDS: Mapping[str, re.Pattern[str]] = {
    "pay": re.compile(_PAY),
    "send": re.compile(_SEND),
    "delete": re.compile(_DELETE),
    "install": re.compile(_INSTALL),
    "grant": re.compile(_GRANT),
}
