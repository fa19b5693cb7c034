// The emoji shortcodes that messages use most; others stay as they were typed.

const TABLE = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪 point_right 👉 point_down 👇
ok_hand 👌 v ✌️ writing_hand ✍️ eyes 👀 smile 😄 smiley 😃 grinning 😀 grin 😁 slightly_smiling_face 🙂 simple_smile 🙂 wink 😉
blush 😊 relaxed ☺️ heart_eyes 😍 joy 😂 sweat_smile 😅 thinking_face 🤔 neutral_face 😐 confused 😕 slightly_frowning_face 🙁
disappointed 😞 cry 😢 sob 😭 worried 😟 open_mouth 😮 astonished 😲 tired_face 😫 sleeping 😴 partying_face 🥳 hugging_face 🤗
sunglasses 😎 star-struck 🤩 heart ❤️ green_heart 💚 blue_heart 💙 yellow_heart 💛 sparkles ✨ star ⭐ star2 🌟 tada 🎉 confetti_ball 🎊
balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 rocket 🚀 fire 🔥 bulb 💡 seedling 🌱 herb 🌿 four_leaf_clover 🍀 deciduous_tree 🌳 sunflower 🌻
tulip 🌷 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ rainbow 🌈 umbrella ☔ snowflake ❄️ zap ⚡
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ warning ⚠️ no_entry ⛔ question ❓ exclamation ❗
information_source ℹ️ bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 email ✉️ envelope ✉️ inbox_tray 📥
calendar 📅 date 📅 spiral_calendar_pad 🗓️ clock9 🕘 alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ pushpin 📌
round_pushpin 📍 paperclip 📎 link 🔗 lock 🔒 unlock 🔓 key 🔑 mag 🔍 gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ toolbox 🧰
clipboard 📋 memo 📝 pencil ✏️ pencil2 ✏️ books 📚 book 📖 open_book 📖 notebook 📓 mortar_board 🎓 briefcase 💼 house 🏠 office 🏢
school 🏫 bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 computer 💻 telephone_receiver 📞 coffee ☕ tea 🍵
croissant 🥐 cake 🍰 fork_and_knife 🍴 bus 🚌 train 🚆 bike 🚲 car 🚗 compass 🧭 world_map 🗺️ busts_in_silhouette 👥
bust_in_silhouette 👤 family 👪 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️
new 🆕 ok 🆗 up 🆙 recycle ♻️ jigsaw 🧩 dart 🎯 raising_hand 🙋 open_hands 👐 ear 👂 brain 🧠 passport_control 🛂 door 🚪 envelope_with_arrow 📩
large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 red_circle 🔴 white_circle ⚪ black_circle ⚫ hand ✋ footprints 👣`;

const EMOJI = new Map();
const found = TABLE.trim().split(/\s+/);
for (let at = 0; at < found.length; at += 2) EMOJI.set(found[at], found[at + 1]);

export const emoji = (name) => EMOJI.get(name) ?? null;
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI.get(name) ?? whole);
