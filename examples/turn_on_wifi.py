"""The main job in five lines: a task on a simulated phone, with the model that ships."""

from tapwright import Agent, connect, load_model

with connect("sim", seed=7) as phone:
    run = Agent(load_model("embedded"), phone).run(
        "Turn on Wi-Fi", ["settings get global wifi_on == 1"]
    )
print(f"{run.outcome.value}: {run.message}")
